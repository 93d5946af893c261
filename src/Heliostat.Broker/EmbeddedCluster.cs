using Heliostat.Broker.Brokers;
using Heliostat.Broker.Faults;
using Heliostat.Broker.Logs;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Records;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Broker;

/// <summary>
/// A Kafka cluster inside this process: real ports, real protocol, logs in memory or on disk. Made for tests and demos; any Kafka client
/// may connect to it.
/// </summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly ClusterState _state;
    private readonly HousekeepingLoop _housekeeping;
    private readonly LogKeepingLoop _logKeeping;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _disposed;

    private EmbeddedCluster(ClusterState state, ILogger logger)
    {
        _state = state;
        _housekeeping = new HousekeepingLoop(state, logger);
        _logKeeping = new LogKeepingLoop(state, logger);
    }

    /// <summary>The cluster's id, as metadata gives it.</summary>
    public string ClusterId => _state.ClusterId;

    /// <summary>The brokers that run now, as <c>host:port,host:port</c>.</summary>
    public string BootstrapServers => Servers(_state.Listeners[0]);

    /// <summary>The same for a listener by its name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public string BootstrapServersOf(string listener) =>
        Servers(_state.Listeners.FirstOrDefault(one => one.Name == listener)
            ?? throw new ArgumentException($"no listener {listener}", nameof(listener)));

    /// <summary>Faults to befall requests.</summary>
    public FaultRules Faults => _state.Faults;

    /// <summary>Starts the brokers and creates the topics asked for that are not there yet.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A port is taken.</exception>
    /// <exception cref="ArgumentException">A topic or setting cannot be, or the data directory belongs to another cluster.</exception>
    /// <exception cref="IOException">The data directory is used by another process, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The data directory is damaged so that going on would lose what is in it.</exception>
    public static Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, CancellationToken ct) =>
        StartAsync(options, NullLoggerFactory.Instance, ct);

    /// <summary>
    /// Starts the brokers, which log to <paramref name="loggers"/>, and creates the topics asked for that are not there yet.
    /// </summary>
    /// <exception cref="System.Net.Sockets.SocketException">A port is taken.</exception>
    /// <exception cref="ArgumentException">A topic or setting cannot be, or the data directory belongs to another cluster.</exception>
    /// <exception cref="IOException">The data directory is used by another process, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The data directory is damaged so that going on would lose what is in it.</exception>
    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, ILoggerFactory loggers, CancellationToken ct)
    {
        var cluster = new EmbeddedCluster(new ClusterState(options, loggers), loggers.CreateLogger("Heliostat.Broker"));
        try
        {
            foreach (var broker in cluster._state.Brokers) await broker.StartAsync(ct);
            cluster._state.Topics.ElectLeaders();
            foreach (var topic in options.Topics.Where(topic => cluster._state.Topics.Find(topic.Name) is null)) cluster.CreateTopic(topic);
            cluster._running = Settling.AllAsync(cluster._housekeeping.RunAsync(cluster._stop.Token),
                cluster._logKeeping.RunAsync(cluster._stop.Token));
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    /// <summary>Creates a topic.</summary>
    /// <exception cref="ArgumentException">It exists, or cannot be.</exception>
    public void CreateTopic(EmbeddedTopic topic)
    {
        var configs = topic.Configs.Select(config => KeyValuePair.Create(config.Key, (string?)config.Value));
        var request = new TopicRequest(topic.Name, topic.PartitionCount, (short)topic.ReplicationFactor, null, [.. configs]);
        var outcome = _state.Topics.Create(request, validateOnly: false);
        if (outcome.Error != ErrorCode.None)
            throw new ArgumentException($"{topic.Name}: {outcome.Message ?? outcome.Error.Name()}", nameof(topic));
    }

    /// <summary>Whether a topic of this name is there.</summary>
    public bool HasTopic(string name) => _state.Topics.Find(name) is not null;

    /// <summary>By what brokers and clients tell topics of one name apart (KIP-516).</summary>
    /// <exception cref="ArgumentException">It is not there.</exception>
    internal Guid TopicId(string name) => Topic(name).Id;

    /// <summary>Deletes a topic at once.</summary>
    /// <exception cref="ArgumentException">It is not there.</exception>
    public void DeleteTopic(string name) => _state.Topics.Delete(Topic(name));

    /// <summary>Deletes a topic and creates one of the same name, partitions and settings: with another topic id.</summary>
    /// <exception cref="ArgumentException">It is not there.</exception>
    public void RecreateTopic(string name)
    {
        var old = Topic(name);
        _state.Topics.Delete(old);
        CreateTopic(new EmbeddedTopic(name, old.Partitions.Length, old.Partitions[0].Leadership.Replicas.Count) { Configs = old.Configs });
    }

    /// <summary>The offset after the last record of a partition.</summary>
    public long LogEndOffset(string topic, int partition) => Partition(topic, partition).Log.LogEndOffset;

    /// <summary>The first offset of a partition.</summary>
    public long LogStartOffset(string topic, int partition) => Partition(topic, partition).Log.LogStartOffset;

    /// <summary>The broker that leads a partition; -1 when none does.</summary>
    public int Leader(string topic, int partition) => Partition(topic, partition).Leadership.Leader;

    /// <summary>Makes another broker the leader, with a new leader epoch. It need not be a replica: it becomes one.</summary>
    public void MoveLeader(string topic, int partition, int brokerId)
    {
        var target = Partition(topic, partition);
        target.Change(old => old with
        {
            Leader = brokerId,
            LeaderEpoch = old.LeaderEpoch + 1,
            Replicas = old.Replicas.Contains(brokerId) ? old.Replicas : [brokerId, .. old.Replicas.Where(id => id != old.Leader)],
            Isr = old.Isr.Contains(brokerId) ? old.Isr : [brokerId, .. old.Isr.Where(id => id != old.Leader)],
        });
        _state.Topics.Save(target.Topic);
    }

    /// <summary>Cuts a log off at an offset under a new leader epoch, as an unclean election does: what followed is lost.</summary>
    public void Truncate(string topic, int partition, long offset) => Partition(topic, partition).Truncate(offset);

    /// <summary>Raises the log start, as retention does.</summary>
    public void RaiseLogStart(string topic, int partition, long offset) =>
        Partition(topic, partition).Log.DeleteRecordsBefore(offset, out _);

    /// <summary>Drops what retention by time and size gives up, now instead of at the next look.</summary>
    public void ApplyRetention() => _logKeeping.ApplyRetention();

    /// <summary>
    /// Compacts the topics that want it and are dirty enough, now instead of at the next look. The segment that is appended to stays as it
    /// is.
    /// </summary>
    public void Compact() => _logKeeping.Compact();

    /// <summary>Makes every partition forget a producer id, as after <c>producer.id.expiration.ms</c>.</summary>
    public void ExpireProducerId(long producerId)
    {
        foreach (var topic in _state.Topics.All)
        {
            foreach (var partition in topic.Partitions) partition.Log.ExpireProducer(producerId);
        }
    }

    /// <summary>Raises the number of partitions of a topic.</summary>
    internal void AddPartitions(string topic, int count) => _state.Topics.Grow(Topic(topic), count, null, validateOnly: false);

    /// <summary>Makes a broker that is up lead with what its replica has: what others have beyond is lost, acknowledged or not.</summary>
    internal void ElectUncleanly(string topic, int partition, int brokerId)
    {
        if (Broker(brokerId) is { IsRunning: true, IsStorageLost: false }) Partition(topic, partition).ElectUncleanly(brokerId);
    }

    /// <summary>Lets a broker, as a follower, fetch nothing for a while; so it drops out of sync, where replicas take time.</summary>
    internal void StallFollowing(int brokerId, bool stalled) => Broker(brokerId).IsFollowingStalled = stalled;

    /// <summary>Takes a broker's disk away, or gives it back with what was on it: the broker runs on, and others lead meanwhile.</summary>
    internal void LoseStorage(int brokerId, bool lost)
    {
        Broker(brokerId).IsStorageLost = lost;
        _state.Topics.ElectLeaders();
    }

    /// <summary>How many partitions a topic has.</summary>
    internal int PartitionCount(string topic) => Topic(topic).Partitions.Length;

    /// <summary>The end of what consumers of a partition see.</summary>
    internal long HighWatermark(string topic, int partition) => Partition(topic, partition).Log.HighWatermark;

    /// <summary>The brokers that have all of a partition.</summary>
    internal IReadOnlyList<int> InSync(string topic, int partition) => Partition(topic, partition).Leadership.Isr;

    /// <summary>Appends a batch as the leader would, acknowledged or not, and where it stands; null when nobody leads.</summary>
    internal long? Append(string topic, int partition, Memory<byte> batch)
    {
        var to = Partition(topic, partition);
        if (to.Leadership is not { Leader: not Leadership.NoLeader } leadership) return null;

        var header = new RecordBatchHeader(batch.Span);
        TransactionVerification? verified = null;
        if (header.IsTransactional) to.Log.BeginVerification(header, addsPartitions: true, out verified);
        var result = to.Log.Append(batch, leadership.LeaderEpoch, verified);
        to.Appended();
        return result.Error == ErrorCode.None ? result.BaseOffset : null;
    }

    /// <summary>Ends a producer's transaction in a partition; false when nobody leads it.</summary>
    internal bool EndTransaction(string topic, int partition, long producerId, bool commit) =>
        Partition(topic, partition).AppendMarker(producerId, 0, commit, 0) == ErrorCode.None;

    /// <summary>The producers that have a transaction open in a partition.</summary>
    internal IEnumerable<long> OpenTransactions(string topic, int partition) =>
        from producer in Partition(topic, partition).Log.Producers()
        where producer.CurrentTxnFirstOffset is not null
        select producer.ProducerId;

    /// <summary>Stops a broker: its port and connections close at once, and other replicas take its partitions over.</summary>
    public async Task StopBrokerAsync(int brokerId, CancellationToken ct)
    {
        await Broker(brokerId).StopAsync(ct);
        _state.Topics.ElectLeaders();
    }

    /// <summary>Starts a stopped broker on the port that it had.</summary>
    public async Task StartBrokerAsync(int brokerId, CancellationToken ct)
    {
        await Broker(brokerId).StartAsync(ct);
        _state.Topics.ElectLeaders();
    }

    /// <summary>Closes every client connection of a broker; clients may connect again.</summary>
    public void CutConnections(int brokerId) =>
        Listeners(brokerId).ForEach(listener => listener.CloseConnections(Transport.Server.CloseReason.Refused));

    /// <summary>How many connections to a broker are open.</summary>
    public int ConnectionCount(int brokerId) => Listeners(brokerId).Sum(listener => listener.ConnectionCount);

    /// <summary>How many connections to a broker were closed for a reason since it was started.</summary>
    public long ClosedConnectionCount(int brokerId, Transport.Server.CloseReason reason) =>
        Listeners(brokerId).Sum(listener => listener.ClosedCount(reason));

    /// <summary>
    /// The batches of a partition as they stand in its log, from the one that holds <paramref name="offset"/> on; not all at once.
    /// </summary>
    internal ReadOnlyMemory<byte> Batches(string topic, int partition, long offset) =>
        Partition(topic, partition).Log.Read(offset, int.MaxValue, atLeastOne: true, committed: false, new()).Records.Memory;

    /// <summary>The bytes that requests being read or served hold now.</summary>
    internal long RequestMemoryInUse => _state.RequestPool.RentedBytes;

    /// <summary>The bytes that answers hold now.</summary>
    internal long AnswerMemoryInUse => _state.AnswerPool.RentedBytes;

    /// <summary>Stops all brokers, and closes the data directory in order.</summary>
    public ValueTask DisposeAsync() => EndAsync(inOrder: true);

    /// <summary>Stops all brokers and leaves the data directory as a killed process would.</summary>
    internal ValueTask AbandonAsync() => EndAsync(inOrder: false);

    private async ValueTask EndAsync(bool inOrder)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;

        await _stop.CancelSoonAsync();
        try
        {
            await _running;
        }
        finally
        {
            // Whatever fails, the folder is free for the next process.
            try
            {
                foreach (var broker in _state.Brokers) await broker.DisposeAsync();
                if (inOrder) _state.Close();
            }
            finally
            {
                _state.Dispose();
                _stop.Dispose();
            }
        }
    }

    private string Servers(EmbeddedListener listener) =>
        string.Join(',', _state.Brokers.Where(broker => broker.IsRunning).Select(broker => $"{broker.Host}:{broker.PortOf(listener)}"));

    private List<Transport.Server.FramedListener> Listeners(int brokerId) => [.. Broker(brokerId).Listeners];

    private BrokerNode Broker(int id) => _state.Find(id) ?? throw new ArgumentOutOfRangeException(nameof(id), id, "no such broker");

    private Topic Topic(string name) => _state.Topics.Find(name) ?? throw new ArgumentException($"no topic {name}", nameof(name));

    private Partition Partition(string topic, int partition) =>
        Topic(topic).Find(partition)
            ?? throw new ArgumentOutOfRangeException(nameof(partition), partition, $"no such partition of {topic}");
}
