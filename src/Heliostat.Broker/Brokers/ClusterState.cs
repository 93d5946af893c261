using System.Collections.Immutable;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Faults;
using Heliostat.Broker.Groups;
using Heliostat.Broker.Logs;
using Heliostat.Broker.Quotas;
using Heliostat.Broker.Security;
using Heliostat.Broker.Topics;
using Heliostat.Broker.Transactions;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Brokers;

/// <summary>Everything that the brokers of one cluster share.</summary>
internal sealed class ClusterState
{
    public ClusterState(EmbeddedClusterOptions options, ILoggerFactory loggers)
    {
        Options = options;
        Time = options.Time;
        ClusterId = options.ClusterId ?? KafkaUuid.Text(Guid.NewGuid());
        Settings = new BrokerSettings(options.BrokerConfigs);
        Configs = new ConfigStore(this);
        Authorizer = new Authorizer(options.EnforceAcls, options.SuperUsers);
        QuotaMeter = new QuotaMeter(Time);
        Faults = new FaultRules();
        Groups = new GroupCoordinator(Settings);
        Transactions = new TransactionCoordinator(Groups);
        Topics = new TopicRegistry(this, static (_, _, _) => new MemoryStore());
        var pool = new FramePool(options.RequestMemoryBytes);
        var logger = loggers.CreateLogger("Heliostat.Broker");
        Brokers =
        [
            .. Enumerable.Range(0, options.BrokerCount)
                .Select(id => new BrokerNode(id, options.Racks.Count > 0 ? options.Racks[id % options.Racks.Count] : null, this, pool, logger)),
        ];
    }

    public EmbeddedClusterOptions Options { get; }

    public TimeProvider Time { get; }

    public string ClusterId { get; }

    public BrokerSettings Settings { get; }

    public ImmutableArray<BrokerNode> Brokers { get; }

    public TopicRegistry Topics { get; }

    public GroupCoordinator Groups { get; }

    public TransactionCoordinator Transactions { get; }

    public ConfigStore Configs { get; }

    public Authorizer Authorizer { get; }

    public QuotaStore Quotas { get; } = new();

    public QuotaMeter QuotaMeter { get; }

    public FaultRules Faults { get; }

    /// <summary>The running broker with the lowest id; -1 when none runs.</summary>
    public int ControllerId => Brokers.FirstOrDefault(broker => broker.IsRunning)?.Id ?? -1;

    public BrokerNode? Find(int id) => (uint)id < (uint)Brokers.Length ? Brokers[id] : null;

    /// <summary>The broker that coordinates the group or transactional id; null when none runs.</summary>
    public BrokerNode? Coordinator(string key)
    {
        var running = Brokers.Where(broker => broker.IsRunning).ToArray();
        return running.Length == 0 ? null : running[(int)((uint)JavaHash(key) % (uint)running.Length)];
    }

    /// <summary>String.hashCode, by which Kafka spreads keys over coordinators.</summary>
    private static int JavaHash(string text)
    {
        var hash = 0;
        foreach (var c in text) hash = unchecked((31 * hash) + c);
        return hash & int.MaxValue;
    }
}
