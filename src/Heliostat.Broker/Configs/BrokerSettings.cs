using System.Collections.Immutable;
using System.Globalization;
using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Configs;

/// <summary>The settings that all brokers of a cluster share: those they were started with, and those changed since.</summary>
internal sealed class BrokerSettings(IReadOnlyDictionary<string, string> started, StateJournal journal)
{
    private static readonly ImmutableSortedDictionary<string, string> Nothing =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>A new cluster of Kafka 4.1 or later has this one set from its first moment (KIP-966).</summary>
    private ImmutableSortedDictionary<string, string> _dynamicDefaults = Nothing.Add("min.insync.replicas",
        started.GetValueOrDefault("min.insync.replicas", "1"));

    private ImmutableDictionary<int, ImmutableSortedDictionary<string, string>> _dynamic =
        ImmutableDictionary<int, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>
    /// What the brokers were started with. Groups begin at once unless told otherwise: nobody waits for others in a test.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Static { get; } = Nothing.Add("group.initial.rebalance.delay.ms", "0")
        .SetItems(started);

    /// <summary>What was set for all brokers while they ran.</summary>
    public ImmutableSortedDictionary<string, string> DynamicDefaults => Volatile.Read(ref _dynamicDefaults);

    /// <summary>Both, the latter over the former.</summary>
    public ImmutableSortedDictionary<string, string> Effective => Static.SetItems(DynamicDefaults);

    public bool AutoCreateTopics => bool.Parse(Text("auto.create.topics.enable", "true"));

    public int DefaultPartitions => Number("num.partitions", 1);

    public short DefaultReplicationFactor => (short)Number("default.replication.factor", 1);

    public TimeSpan GroupInitialRebalanceDelay => TimeSpan.FromMilliseconds(Number("group.initial.rebalance.delay.ms", 0));

    public int GroupMinSessionTimeoutMs => Number("group.min.session.timeout.ms", 6000);

    public int GroupMaxSessionTimeoutMs => Number("group.max.session.timeout.ms", 1_800_000);

    public int GroupMaxSize => Number("group.max.size", int.MaxValue);

    public int TransactionMaxTimeoutMs => Number("transaction.max.timeout.ms", 900_000);

    public int OffsetMetadataMaxBytes => Number("offset.metadata.max.bytes", 4096);

    public int ProducerIdExpirationMs => Number("producer.id.expiration.ms", 86_400_000);

    public long CleanerBackOffMs => Long("log.cleaner.backoff.ms", 15_000);

    public long ReplicaLagMaxMs => Long("replica.lag.time.max.ms", 30_000);

    public long RetentionCheckIntervalMs => Long("log.retention.check.interval.ms", 300_000);

    /// <summary>What was set for one broker, or for all with null, while they ran.</summary>
    public ImmutableSortedDictionary<string, string> Dynamic(int? brokerId) =>
        brokerId is { } id ? Volatile.Read(ref _dynamic).GetValueOrDefault(id, Nothing) : DynamicDefaults;

    public void SetDynamic(int? brokerId, ImmutableSortedDictionary<string, string> configs)
    {
        journal.Write(new BrokerConfigRecord(brokerId, configs.ToDictionary()));
        Set(brokerId, configs);
    }

    public void Restore(BrokerConfigRecord record) => Set(record.BrokerId, Nothing.AddRange(record.Configs));

    private void Set(int? brokerId, ImmutableSortedDictionary<string, string> configs)
    {
        if (brokerId is { } id) Volatile.Write(ref _dynamic, _dynamic.SetItem(id, configs));
        else Volatile.Write(ref _dynamicDefaults, configs);
    }

    private string Text(string name, string otherwise) =>
        DynamicDefaults.GetValueOrDefault(name) ?? Static.GetValueOrDefault(name) ?? otherwise;

    private int Number(string name, int otherwise) => (int)Math.Clamp(Long(name, otherwise), int.MinValue, int.MaxValue);

    private long Long(string name, long otherwise) =>
        long.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
