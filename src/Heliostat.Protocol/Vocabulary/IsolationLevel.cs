namespace Heliostat.Protocol.Vocabulary;

/// <summary>Kafka's <c>isolation.level</c>, with its numbers on the wire.</summary>
public enum IsolationLevel : sbyte
{
    ReadUncommitted = 0,

    /// <summary>Nothing beyond the last stable offset is returned, and aborted transactions are named.</summary>
    ReadCommitted = 1,
}
