namespace Heliostat.Configuration.Options;

/// <summary>One entry of <c>partition.assignment.strategy</c>, by the protocol name that Kafka's assignor has.</summary>
public enum AssignmentStrategy
{
    /// <summary><c>range</c>, <c>org.apache.kafka.clients.consumer.RangeAssignor</c>.</summary>
    Range,

    /// <summary><c>roundrobin</c>, <c>org.apache.kafka.clients.consumer.RoundRobinAssignor</c>.</summary>
    RoundRobin,

    /// <summary><c>sticky</c>, <c>org.apache.kafka.clients.consumer.StickyAssignor</c>.</summary>
    Sticky,

    /// <summary><c>cooperative-sticky</c>, <c>org.apache.kafka.clients.consumer.CooperativeStickyAssignor</c>.</summary>
    CooperativeSticky,
}
