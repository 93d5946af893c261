using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Equal;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Configs;

namespace Heliostat.Mirroring.Flows;

/// <summary>What the parts of a life are made of that keeps its positions in the offsets topic.</summary>
internal sealed record FlowParts(
    FlowLife Life, FlowClients Clients, FlowTopicNames Names, FlowState State, WorkerGroup? Workers, Producer Control)
{
    /// <summary>The alias of the target, which its appenders are named by.</summary>
    public required string Target { get; init; }

    /// <summary>What is mirrored, what it is called, and what is done to records.</summary>
    public required TopicRules Rules { get; init; }

    /// <summary>The topics that only follow the records.</summary>
    public required FlowFollowers Followers { get; init; }

    /// <summary>What a flow does once is this process's; null where it has no others.</summary>
    public Func<bool>? IsOurs { get; } = Workers is null ? null : () => Workers.IsControl;

    /// <summary>Nobody else can have been given what this process has; null where that is not asked.</summary>
    public Func<bool>? MaySend => Control.MaySend;

    /// <summary>The lanes whose records keep their offsets; null where none do.</summary>
    public EqualLanes? Equal { get; init; }

    /// <summary>Configs that lanes waited for.</summary>
    public AwaitedConfigs Awaited { get; } = new();

    /// <summary>A duty that one of the processes does for all.</summary>
    public void DoOnce(Duty duty, Rounds rounds)
    {
        rounds.IsOurs = IsOurs;
        Life.Do(duty, rounds, isTrouble: false);
    }

    /// <summary>Appends to all partitions of a topic of the target, and its trouble is the flow's.</summary>
    public TopicAppender Appender(Producer producer, StoredIn topic)
    {
        var scope = Life.Scope;
        var appender = Life.Keep(new TopicAppender(producer, topic.Topic, topic.Partitions, Target, scope.Frames, scope.Time));
        Life.Watch(appender);
        return appender;
    }

    /// <summary>Appends to the one partition of a topic of the target, and its trouble is the flow's.</summary>
    public PartitionAppender Appender(Producer producer, string topic)
    {
        var scope = Life.Scope;
        var appender = Life.Keep(new PartitionAppender(producer, new TopicPartition(topic, 0), Target, scope.Frames, scope.Time));
        Life.Watch(appender);
        return appender;
    }

    /// <summary>A producer that sends nothing while others may have been given what this process has.</summary>
    public static Producer Producer(FlowLife life, KafkaClient client, TargetOptions options, WorkerGroup? workers)
    {
        var producer = new Producer(client, options.Producer, life.Scope.Time, life.Scope.Loggers)
        {
            MaySend = workers is null ? null : () => workers.Lease.IsOpen
        };
        life.Serve(producer.RunAsync);
        return producer;
    }
}
