using System.Collections.Immutable;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Logs;
using Heliostat.Broker.Storage;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Topics;

internal sealed partial class TopicRegistry
{
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

            var topic = new Topic(record.Name, record.Id) { Configs = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).AddRange(record.Configs) };
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

    private static TopicRecord Record(Topic topic) => Record(topic, [.. topic.Partitions.Select(partition => partition.Leadership.Replicas)]);

    private static TopicRecord Record(Topic topic, IEnumerable<IReadOnlyList<int>> replicas) =>
        new(topic.Name, topic.Id, [.. replicas.Select(brokers => brokers.ToArray())], topic.Configs.ToDictionary(), IsDeleting: false);

    private Partition Reopen(Topic topic, int index, int[] replicas, LogOptions options, ILogger logger)
    {
        var log = new PartitionLog($"{topic.Name}-{index}", Store(topic, index), options, cluster.Time);
        if (log.Damage is { } damage) Log.Damaged(logger, topic.Name, index, damage);
        return new Partition(topic, index, log, new Leadership(Leadership.NoLeader, log.LatestEpoch, replicas, [replicas[0]]));
    }

    private ILogStore Store(Topic topic, int partition) => folder is null ? new MemoryStore() : folder.Store(topic.Name, topic.Id, partition);

    private static partial class Log
    {
        [LoggerMessage(EventIds.LogDamaged, LogLevel.Warning, "The log of {Topic}-{Partition} was not closed in order: {Damage}")]
        public static partial void Damaged(ILogger logger, string topic, int partition, string damage);
    }
}
