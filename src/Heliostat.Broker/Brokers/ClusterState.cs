using System.Collections.Immutable;
using Heliostat.Broker.Authentication;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Faults;
using Heliostat.Broker.Groups;
using Heliostat.Broker.Quotas;
using Heliostat.Broker.Security;
using Heliostat.Broker.Storage;
using Heliostat.Broker.Topics;
using Heliostat.Broker.Transactions;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Brokers;

/// <summary>Everything that the brokers of one cluster share.</summary>
internal sealed partial class ClusterState : IDisposable
{
    private readonly DataFolder? _folder;
    private readonly StateJournal _journal;
    private readonly ILogger _logger;

    public ClusterState(EmbeddedClusterOptions options, ILoggerFactory loggers)
    {
        if (BrokerConfigKeys.Check(options.BrokerConfigs) is { } problem) throw new ArgumentException(problem, nameof(options));

        Options = options;
        Time = options.Time;
        Listeners = options.Listeners.Count > 0
            ? [.. options.Listeners]
            : [new EmbeddedListener("PLAINTEXT") { FirstPort = options.FirstPort }];
        foreach (var unknown in Listeners.SelectMany(listener => listener.SaslMechanisms).Except(UserStore.Mechanisms))
            throw new ArgumentException($"no SASL mechanism {unknown} here, but {string.Join(", ", UserStore.Mechanisms)}",
                nameof(options));
        _logger = loggers.CreateLogger("Heliostat.Broker");
        foreach (var name in options.BrokerConfigs.Keys.Where(name => !BrokerConfigKeys.HasEffect(name))) Log.NoEffect(_logger, name);
        _folder = options.DataDirectory is { } path ? DataFolder.Open(path, options.ClusterId, Time, options.Random) : null;
        _journal = _folder?.Journal ?? StateJournal.InMemory();
        Users = new UserStore(options.Users, _journal, Time);
        ClusterId = _folder?.ClusterId ?? options.ClusterId ?? KafkaUuid.Text(KafkaUuid.Random(options.Random));
        Settings = new BrokerSettings(options.BrokerConfigs, _journal);
        Configs = new ConfigStore(this);
        Authorizer = new Authorizer(AuthorizerOptions.Of(options), _journal);
        QuotaMeter = new QuotaMeter(Time);
        Faults = new FaultRules();
        Groups = new GroupCoordinator(Settings, _journal, options.Random);
        Transactions = new TransactionCoordinator(Groups, _journal);
        Quotas = new QuotaStore(_journal);
        Topics = new TopicRegistry(this, _journal, _folder);
        AnswerPool = new FramePool(options.AnswerMemoryBytes);
        RequestPool = new FramePool(options.RequestMemoryBytes);
        Brokers =
        [
            .. Enumerable.Range(0, options.BrokerCount)
                .Select(id => new BrokerNode(id, options.Racks.Count > 0 ? options.Racks[id % options.Racks.Count] : null, this,
                    RequestPool, _logger)),
        ];
        try
        {
            Restore();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public EmbeddedClusterOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>The ports of each broker.</summary>
    public ImmutableArray<EmbeddedListener> Listeners { get; }

    public UserStore Users { get; }

    public string ClusterId { get; }

    public BrokerSettings Settings { get; }

    public ImmutableArray<BrokerNode> Brokers { get; }

    public TopicRegistry Topics { get; }

    public GroupCoordinator Groups { get; }

    public TransactionCoordinator Transactions { get; }

    public ConfigStore Configs { get; }

    public Authorizer Authorizer { get; }

    public QuotaStore Quotas { get; }

    public QuotaMeter QuotaMeter { get; }

    public FaultRules Faults { get; }

    /// <summary>Memory for requests while they are read and served.</summary>
    public FramePool RequestPool { get; }

    /// <summary>Memory for answers that are read from files.</summary>
    public FramePool AnswerPool { get; }

    /// <summary>The running broker with the lowest id; -1 when none runs.</summary>
    public int ControllerId => Brokers.FirstOrDefault(broker => broker.IsRunning)?.Id ?? -1;

    public BrokerNode? Find(int id) => (uint)id < (uint)Brokers.Length ? Brokers[id] : null;

    /// <summary>The broker that coordinates the group or transactional id; null when none runs.</summary>
    public BrokerNode? Coordinator(string key)
    {
        var running = Brokers.Where(broker => broker.IsRunning).ToArray();
        return running.Length == 0 ? null : running[(int)((uint)JavaHash(key) % (uint)running.Length)];
    }

    /// <summary>Closes all logs, and the folder if there is one, so that the next start is quick.</summary>
    public void Close()
    {
        foreach (var topic in Topics.All)
        {
            foreach (var partition in topic.Partitions) partition.Log.Close();
        }

        _journal.Flush();
        _folder?.MarkClean();
    }

    /// <summary>Lets the logs and the folder go as they are, as the end of the process would.</summary>
    public void Dispose()
    {
        foreach (var topic in Topics.All)
        {
            foreach (var partition in topic.Partitions) partition.Log.Abandon();
        }

        _folder?.Dispose();
    }

    /// <summary>Takes over what was written down by an earlier run, in an order in which each finds what it refers to.</summary>
    private void Restore()
    {
        var records = _journal.Records();
        foreach (var record in records.OfType<BrokerConfigRecord>()) Settings.Restore(record);
        foreach (var record in records.OfType<AclRecord>()) Authorizer.Restore(record);
        foreach (var record in records.OfType<QuotaRecord>()) Quotas.Restore(record);
        foreach (var record in records.OfType<ScramRecord>()) Users.Restore(record);
        foreach (var record in records.OfType<ProducerIdRecord>()) Transactions.ProducerIds.Restore(record);
        foreach (var record in records.OfType<TopicRecord>()) Topics.Restore(record, _logger);
        foreach (var record in records.OfType<OffsetRecord>()) Groups.Restore(record);
        foreach (var record in records.OfType<TransactionRecord>()) Transactions.Restore(record, Partitions(record));
    }

    private IEnumerable<Partition> Partitions(TransactionRecord record)
    {
        foreach (var (name, indexes) in record.Partitions)
        {
            foreach (var index in indexes)
            {
                if (Topics.Find(name)?.Find(index) is { } partition) yield return partition;
            }
        }
    }

    /// <summary>String.hashCode, by which Kafka spreads keys over coordinators.</summary>
    private static int JavaHash(string text)
    {
        var hash = 0;
        foreach (var c in text) hash = unchecked((31 * hash) + c);
        return hash & int.MaxValue;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.SettingWithoutEffect, LogLevel.Warning, "The setting {Name} has no effect here")]
        public static partial void NoEffect(ILogger logger, string name);
    }
}
