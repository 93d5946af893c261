using System.Collections.Concurrent;
using System.Collections.Immutable;
using Heliostat.Broker.Brokers;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Logs;
using Heliostat.Broker.Storage;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Topics;

/// <summary>The topics of the cluster: looked up by anybody, changed by one at a time.</summary>
internal sealed partial class TopicRegistry(ClusterState cluster, StateJournal journal, DataFolder? folder)
{
    /// <summary>The most partitions that one request may create (ReplicationControlManager.MAX_PARTITIONS_PER_BATCH).</summary>
    public const int MaxPartitionsPerRequest = 10_000;

    /// <summary>What Kafka says of more.</summary>
    public const string TooManyPartitions = "Excessively large number of partitions per request.";

    private readonly Lock _changing = new();
    private readonly ConcurrentDictionary<string, Topic> _byName = new();
    private readonly ConcurrentDictionary<Guid, Topic> _byId = new();
    private readonly ReplicaPlacement _placement = new(cluster);

    /// <summary>How followers follow; null where replicas have everything at once.</summary>
    private Replication? Replication { get; } = cluster.Options.ReplicationDelay > TimeSpan.Zero ? new Replication(cluster) : null;

    public IEnumerable<Topic> All => _byName.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal);

    public Topic? Find(string name) => _byName.GetValueOrDefault(name);

    public Topic? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>The topic named by name in older versions of an API and by id in newer ones.</summary>
    public Topic? Find(string name, Guid id) => id == Guid.Empty ? Find(name) : Find(id);

    /// <summary>Opens a topic of an earlier run; nobody leads it before the next election. A deletion that was begun is ended.</summary>
    public void Restore(TopicRecord record, ILogger logger)
    {
        lock (_changing)
        {
            if (record.IsDeleting)
            {
                for (var index = 0; index < record.Replicas.Length; index++) folder!.Remove(record.Name, record.Id, index);
                journal.Write(StateChange.Removal(record.Key));
                return;
            }

            var topic = new Topic(record.Name, record.Id)
            {
                Configs = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).AddRange(record.Configs)
            };
            var options = TopicConfigs.LogOptions(topic.Configs, cluster.Settings.Effective);
            topic.Partitions = [.. record.Replicas.Select((replicas, index) => Reopen(topic, index, replicas, options, logger))];
            _byId[topic.Id] = topic;
            _byName[topic.Name] = topic;
        }
    }

    /// <summary>Writes down who has the partitions, after it changed.</summary>
    public void Save(Topic topic)
    {
        lock (_changing) journal.Write(Record(topic));
    }

    public TopicOutcome Create(TopicRequest request, bool validateOnly)
    {
        lock (_changing)
        {
            if (Check(request) is { } refused) return refused;

            var own = request.Configs.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value!);
            var topic = new Topic(request.Name, KafkaUuid.Random(cluster.Options.Random)) { Configs = own };
            var assignments = _placement.For(request);
            if (validateOnly)
            {
                topic.Partitions = [.. assignments.Select((replicas, index) => Open(topic, index, replicas, new MemoryStore()))];
                return TopicOutcome.Done(topic);
            }

            journal.Write(Record(topic, assignments));
            topic.Partitions = [.. assignments.Select((replicas, index) => Open(topic, index, replicas, Store(topic, index)))];
            _byId[topic.Id] = topic;
            _byName[topic.Name] = topic;
            return TopicOutcome.Done(topic);
        }
    }

    /// <summary>The topic, made with the brokers' defaults when it is not there and may be made.</summary>
    public TopicOutcome FindOrCreate(string name, bool mayCreate)
    {
        if (Find(name) is { } found) return TopicOutcome.Done(found);
        if (TopicNames.Check(name) is { } problem) return TopicOutcome.Refused(ErrorCode.InvalidTopicException, problem);
        if (!mayCreate) return TopicOutcome.Refused(ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");

        var outcome = Create(new TopicRequest(name, -1, -1, null, []), validateOnly: false);
        return outcome.Error == ErrorCode.TopicAlreadyExists && Find(name) is { } other ? TopicOutcome.Done(other) : outcome;
    }

    public bool Delete(Topic topic)
    {
        lock (_changing)
        {
            if (!_byId.ContainsKey(topic.Id)) return false;

            // Where the disk does not take it, the topic is there as before, and may be deleted again.
            journal.Write(Record(topic) with { IsDeleting = true });
            _byId.TryRemove(topic.Id, out _);
            _byName.TryRemove(topic.Name, out _);
            foreach (var partition in topic.Partitions)
            {
                partition.Change(static old => old with { Leader = Leadership.NoLeader });
                cluster.Transactions.Forget(partition);
                partition.Log.Delete();
            }

            cluster.Groups.ForgetTopic(topic.Name);
            journal.Write(StateChange.Removal(TopicRecord.KeyOf(topic.Name)));
            return true;
        }
    }

    /// <summary>Raises the number of partitions (CreatePartitions).</summary>
    public TopicOutcome Grow(Topic topic, int count, IReadOnlyList<IReadOnlyList<int>>? assignments, bool validateOnly)
    {
        lock (_changing)
        {
            var had = topic.Partitions.Length;
            if (count == had) return TopicOutcome.Refused(ErrorCode.InvalidPartitions, $"Topic already has {had} partition(s).");
            if (count < had)
            {
                return TopicOutcome.Refused(
                    ErrorCode.InvalidPartitions,
                    $"The topic {topic.Name} currently has {had} partition(s); {count} would not be an increase.");
            }

            if (assignments is not null && assignments.Count != count - had)
            {
                return TopicOutcome.Refused(
                    ErrorCode.InvalidReplicaAssignment,
                    $"Attempted to add {count - had} additional partition(s), but only {assignments.Count} assignment(s) were specified.");
            }

            if (count - had > MaxPartitionsPerRequest) return TopicOutcome.Refused(ErrorCode.UnknownServerError, null);

            var replicas = topic.Partitions[0].Leadership.Replicas.Count;
            if (_placement.Problem(assignments, replicas) is { } problem)
                return TopicOutcome.Refused(ErrorCode.InvalidReplicaAssignment, problem);
            if (validateOnly) return TopicOutcome.Done(topic);

            var factor = topic.Partitions[0].Leadership.Replicas.Count;
            var added = assignments ?? _placement.Spread(count - had, factor);
            journal.Write(Record(topic, [.. topic.Partitions.Select(partition => partition.Leadership.Replicas), .. added]));
            topic.Partitions =
                topic.Partitions.AddRange(added.Select((replicas, index) => Open(topic, had + index, replicas, Store(topic, had + index))));
            return TopicOutcome.Done(topic);
        }
    }

    /// <summary>Replaces a topic's own settings; they were checked.</summary>
    public void SetConfigs(Topic topic, ImmutableSortedDictionary<string, string> own)
    {
        lock (_changing)
        {
            if (!own.SequenceEqual(topic.Configs)) journal.Write(Record(topic) with { Configs = own.ToDictionary() });
            topic.Configs = own;
            var options = TopicConfigs.LogOptions(own, cluster.Settings.Effective);
            foreach (var partition in topic.Partitions) partition.Log.Options = options;
        }
    }

    /// <summary>Settles who leads what, after a broker came or went.</summary>
    public void ElectLeaders()
    {
        lock (_changing)
        {
            foreach (var partition in All.SelectMany(topic => topic.Partitions)) partition.Change(Elect);
        }
    }

    public Leadership Elect(Leadership old)
    {
        // Where replicas have everything at once, each that is up is in sync.
        var mayLead = Replication is null || old.Isr.Count == 0 ? old.Replicas : old.Isr;
        var up = mayLead.Where(id => cluster.Find(id) is { IsRunning: true, IsStorageLost: false }).ToArray();
        var leader = up.Contains(old.Leader) ? old.Leader : up.Length > 0 ? up[0] : Leadership.NoLeader;
        return old with
        {
            Leader = leader,
            Isr = up.Length > 0 ? up : [.. old.Isr.OrderBy(id => id != old.Leader).Take(1)],
            LeaderEpoch = leader == old.Leader ? old.LeaderEpoch : old.LeaderEpoch + 1,
            Offline = [.. old.Replicas.Where(id => cluster.Find(id)?.IsStorageLost == true)],
        };
    }

    /// <summary>Lets followers that fell behind drop out of sync, where replicas take time.</summary>
    public void DropLaggards()
    {
        if (Replication is null) return;

        foreach (var partition in All.SelectMany(topic => topic.Partitions)) partition.DropLaggards();
    }

    private TopicOutcome? Check(TopicRequest request)
    {
        if (TopicNames.Check(request.Name) is { } problem) return TopicOutcome.Refused(ErrorCode.InvalidTopicException, problem);
        if (_byName.ContainsKey(request.Name))
            return TopicOutcome.Refused(ErrorCode.TopicAlreadyExists, $"Topic '{request.Name}' already exists.");

        var normalized = TopicNames.Normalized(request.Name);
        if (_byName.Keys.FirstOrDefault(name => TopicNames.Normalized(name) == normalized) is { } collision)
            return TopicOutcome.Refused(ErrorCode.InvalidTopicException,
                $"Topic '{request.Name}' collides with existing topic: {collision}");
        if (request.Assignments is { } assignments)
        {
            if (request.PartitionCount != -1)
                return TopicOutcome.Refused(ErrorCode.InvalidRequest,
                    "A manual partition assignment was specified, but numPartitions was not set to -1.");
            if (request.ReplicationFactor != -1)
                return TopicOutcome.Refused(ErrorCode.InvalidRequest,
                    "A manual partition assignment was specified, but replication factor was not set to -1.");
            if (_placement.Problem(assignments) is { } wrong) return TopicOutcome.Refused(ErrorCode.InvalidReplicaAssignment, wrong);
        }
        else
        {
            if (request.PartitionCount is 0 or < -1)
                return TopicOutcome.Refused(ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
            if (request.ReplicationFactor is 0 or < -1)
                return TopicOutcome.Refused(ErrorCode.InvalidReplicationFactor,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
            if (request.ReplicationFactor > cluster.Brokers.Length)
            {
                return TopicOutcome.Refused(
                    ErrorCode.InvalidReplicationFactor,
                    $"Unable to replicate the partition {request.ReplicationFactor} time(s): The target replication factor of "
                        + $"{request.ReplicationFactor} " +
                    $"cannot be reached because only {cluster.Brokers.Length} broker(s) are registered or some brokers have all their log "
                        + "directories cordoned.");
            }
        }

        if (Math.Max(request.PartitionCount, request.Assignments?.Count ?? 0) > MaxPartitionsPerRequest)
            return TopicOutcome.Refused(ErrorCode.PolicyViolation, TooManyPartitions);

        return TopicConfigs.Check(request.Configs) is { } badConfig ? TopicOutcome.Refused(ErrorCode.InvalidConfig, badConfig) : null;
    }

    private Partition Open(Topic topic, int index, IReadOnlyList<int> replicas, ILogStore store)
    {
        var options = TopicConfigs.LogOptions(topic.Configs, cluster.Settings.Effective);
        var log = new PartitionLog($"{topic.Name}-{index}", store, options, cluster.Time);
        var leadership = Begin(replicas, log.LatestEpoch + 1);
        log.BeginEpoch(leadership.LeaderEpoch);
        return new Partition(topic, index, log, leadership, Replication);
    }

    private Leadership Begin(IReadOnlyList<int> replicas, int epoch)
    {
        var elected = Elect(new Leadership(Leadership.NoLeader, epoch, replicas, []));
        return elected with { LeaderEpoch = epoch };
    }

    private static TopicRecord Record(Topic topic) =>
        Record(topic, [.. topic.Partitions.Select(partition => partition.Leadership.Replicas)]);

    private static TopicRecord Record(Topic topic, IEnumerable<IReadOnlyList<int>> replicas) =>
        new(topic.Name, topic.Id, [.. replicas.Select(brokers => brokers.ToArray())], topic.Configs.ToDictionary(), IsDeleting: false);

    private Partition Reopen(Topic topic, int index, int[] replicas, LogOptions options, ILogger logger)
    {
        var log = new PartitionLog($"{topic.Name}-{index}", Store(topic, index), options, cluster.Time);
        if (log.Damage is { } damage) Log.Damaged(logger, topic.Name, index, damage);
        return new Partition(topic, index, log, new Leadership(Leadership.NoLeader, log.LatestEpoch, replicas, [replicas[0]]), Replication);
    }

    private ILogStore Store(Topic topic, int partition) =>
        folder is null ? new MemoryStore() : folder.Store(topic.Name, topic.Id, partition);
}
