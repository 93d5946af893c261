using System.Net;
using Heliostat.Client.Metadata;
using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Transactions;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>Brokers that keep a <see cref="ModelLog"/> per partition, in this process. All of it is behind one lock.</summary>
internal sealed class FakeCluster : IProduceNetwork
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _down = [];
    private readonly HashSet<int> _held = [];
    private readonly List<FakeConnection> _connections = [];
    private readonly Dictionary<TopicPartition, (int Leader, int Epoch)> _leaders = [];
    private readonly Dictionary<TopicPartition, ModelLog> _logs = [];
    private readonly Dictionary<string, Guid> _topicIds = [];
    private readonly List<(int Broker, List<(TopicPartition Partition, long First)> Parts)> _requests = [];
    private readonly int _brokers;

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MetadataSnapshot _metadata = MetadataSnapshot.Empty;
    private long _producerIds;

    public FakeCluster(int brokers)
    {
        _brokers = brokers;
        Transactions = new ModelCoordinator(_gate, Mark);
    }

    public string Cluster => "target";

    public Random Random { get; } = new(1);

    public FramePool Frames { get; } = new(long.MaxValue);

    /// <summary>The newest version of Produce that the brokers speak.</summary>
    public short Version { get; set; } = 13;

    /// <summary>An error instead of the append, or after it.</summary>
    public Func<TopicPartition, long, (ErrorCode Code, bool Append)>? Intercept { get; set; }

    /// <summary>What every answer asks the client to wait.</summary>
    public int ThrottleMs { get; set; }

    /// <summary>Answers name the new leader (KIP-951).</summary>
    public bool Hints { get; set; }

    /// <summary>Metadata does not change until this is set back.</summary>
    public bool MetadataStandsStill { get; set; }

    /// <summary>Requests by broker.</summary>
    public List<(int Broker, List<(TopicPartition Partition, long First)> Parts)> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    public Exception? InitProducerIdFailure { get; set; }

    /// <summary>Who coordinates the cluster's transactions.</summary>
    public ModelCoordinator Transactions { get; }

    /// <summary>
    /// Leaders ask the coordinator whether a partition is in the transaction before they take its first batch, as from 3.6 on.
    /// </summary>
    public bool Verifies { get; set; } = true;

    public int Invalidations { get; private set; }

    /// <summary>How often it was asked where a log ends.</summary>
    public int Looks { get; private set; }

    /// <summary>How often a connection to a broker that is down was asked for.</summary>
    public int Refused { get; private set; }

    public MetadataSnapshot Metadata
    {
        get
        {
            lock (_gate) return _metadata;
        }
    }

    public ModelLog Log(TopicPartition partition)
    {
        lock (_gate) return _logs[partition];
    }

    /// <summary>What a reader of committed data finds now.</summary>
    public (long First, long Next, long Transaction)[] Committed(TopicPartition partition)
    {
        lock (_gate) return [.. _logs[partition].Committed];
    }

    public void Create(TopicPartition partition, int leader)
    {
        lock (_gate)
        {
            _leaders[partition] = (leader, 0);
            _logs[partition] = new ModelLog();
            _topicIds.TryAdd(partition.Topic, Guid.NewGuid());
            Publish();
        }
    }

    /// <summary>The topic of the partition is gone, with its id.</summary>
    public void Delete(TopicPartition partition)
    {
        lock (_gate)
        {
            _leaders.Remove(partition);
            _topicIds.Remove(partition.Topic);
            Publish();
        }
    }

    public void MoveLeader(TopicPartition partition, int leader)
    {
        lock (_gate)
        {
            _leaders[partition] = (leader, _leaders[partition].Epoch + 1);
            if (!MetadataStandsStill) Publish();
        }
    }

    public void PublishMetadata()
    {
        lock (_gate) Publish();
    }

    /// <summary>Answers nothing until released: requests pile up.</summary>
    public void Hold(int broker)
    {
        lock (_gate) _held.Add(broker);
    }

    public void Release(int broker)
    {
        FakeConnection[] connections;
        lock (_gate)
        {
            _held.Remove(broker);
            connections = [.. _connections.Where(connection => connection.Broker == broker)];
        }

        foreach (var connection in connections) connection.ServeAll();
    }

    /// <summary>Serves one held request of a broker; false when there was none.</summary>
    public bool ReleaseOne(int broker)
    {
        FakeConnection[] connections;
        lock (_gate) connections = [.. _connections.Where(connection => connection.Broker == broker)];

        return connections.LastOrDefault(connection => connection.HasRequests)?.ServeOne() ?? false;
    }

    public bool IsHeld(int broker)
    {
        lock (_gate) return _held.Contains(broker);
    }

    public void Stop(int broker)
    {
        lock (_gate) _down.Add(broker);

        Cut(broker, served: 0);
    }

    public void Start(int broker)
    {
        lock (_gate) _down.Remove(broker);
    }

    /// <summary>Breaks a broker's connections after serving some of what they hold, without an answer.</summary>
    public void Cut(int broker, int served)
    {
        FakeConnection[] connections;
        lock (_gate)
        {
            connections = [.. _connections.Where(connection => connection.Broker == broker)];
            _connections.RemoveAll(connection => connection.Broker == broker);
        }

        foreach (var connection in connections) connection.Break(served);
    }

    /// <summary>What a broker answers for one batch.</summary>
    public void Serve(int broker, TopicPartition target, Guid topicId, ReadOnlySpan<byte> batch, PartitionProduceResponse answer)
    {
        lock (_gate)
        {
            (answer.ErrorCode, answer.BaseOffset) = Append(broker, target, topicId, batch);
            answer.ErrorMessage = answer.ErrorCode == ErrorCode.None ? null : "scripted";
            answer.CurrentLeader = answer.ErrorCode == ErrorCode.NotLeaderOrFollower && Hints
                ? new LeaderIdAndEpoch { LeaderId = _leaders[target].Leader, LeaderEpoch = _leaders[target].Epoch }
                : null;
        }
    }

    public TopicPartition Name(Guid topicId, int partition)
    {
        lock (_gate) return new TopicPartition(_topicIds.FirstOrDefault(topic => topic.Value == topicId).Key ?? "?", partition);
    }

    public void Note(int broker, List<(TopicPartition Partition, long First)> parts)
    {
        lock (_gate) _requests.Add((broker, parts));
    }

    public void Track(string topic)
    {
    }

    public void Untrack(string topic)
    {
    }

    public void Invalidate()
    {
        lock (_gate) Invalidations++;
    }

    public async ValueTask WaitForChangeAsync(long version, CancellationToken ct)
    {
        while (Metadata.Version <= version)
        {
            Task changed;
            lock (_gate) changed = _metadata.Version > version ? Task.CompletedTask : _changed.Task;

            await changed.WaitAsync(ct);
        }
    }

    public ValueTask<IProduceConnection> ConnectAsync(int nodeId, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_down.Contains(nodeId))
            {
                Refused++;
                throw new KafkaConnectionException($"target: cannot reach broker {nodeId}: connection refused", null,
                    ConnectionFailure.Unreachable);
            }

            var connection = new FakeConnection(this, nodeId, Version);
            _connections.Add(connection);
            return new ValueTask<IProduceConnection>(connection);
        }
    }

    public ValueTask<ProducerIdentity> InitProducerIdAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            return InitProducerIdFailure is null ? new(new ProducerIdentity(++_producerIds, 0)) : throw InitProducerIdFailure;
        }
    }

    public ValueTask<long?> ProducerAtAsync(TopicPartition partition, long offset, CancellationToken ct) => new((long?)null);

    public ValueTask<Dictionary<TopicPartition, long>?> LogEndsAsync(int nodeId, IReadOnlyDictionary<TopicPartition, int> epochs,
        CancellationToken ct)
    {
        lock (_gate)
        {
            Looks += epochs.Count;
            return new(epochs.Where(asked => _leaders[asked.Key] == (nodeId, asked.Value))
                .ToDictionary(asked => asked.Key, asked => _logs[asked.Key].EndOffset));
        }
    }

    public ITransactionCoordinator CoordinatorOf(string transactionalId) => Transactions.Client();

    private void Mark(TopicPartition partition, ProducerIdentity identity, bool commit, long transaction)
    {
        lock (_gate) _logs[partition].Mark(identity, commit, transaction);
    }

    private (ErrorCode Code, long BaseOffset) Append(int broker, TopicPartition target, Guid topicId, ReadOnlySpan<byte> batch)
    {
        if (!_leaders.TryGetValue(target, out var leader)) return (ErrorCode.UnknownTopicOrPartition, -1);
        if (leader.Leader != broker) return (ErrorCode.NotLeaderOrFollower, -1);
        if (topicId != Guid.Empty && topicId != _topicIds[target.Topic]) return (ErrorCode.UnknownTopicId, -1);
        if (!TestBatches.IsIntact(batch)) return (ErrorCode.CorruptMessage, -1);

        var header = new RecordBatchHeader(batch);
        var first = TestBatches.FirstOf(batch);
        var (code, append) = Intercept?.Invoke(target, first) ?? (ErrorCode.None, true);
        if (!append) return (code, -1);

        var turn = new ProduceTurn(default, new ProducerIdentity(header.ProducerId, header.ProducerEpoch), header.BaseSequence, false);
        if (Verifies && header.IsTransactional && !_logs[target].IsOpen(header.ProducerId)
            && Transactions.Verify(target, turn.Identity) is var refused and not ErrorCode.None)
        {
            return (refused, -1);
        }

        var request = new ModelRequest(turn, first, header.RecordsCount, broker, header.IsTransactional);
        var appended = _logs[target].Append(request, out var baseOffset);
        return code == ErrorCode.None || appended != ErrorCode.None ? (appended, baseOffset) : (code, -1);
    }

    private void Publish()
    {
        var topics = _leaders.GroupBy(leader => leader.Key.Topic).ToDictionary(
            topic => topic.Key,
            topic => new TopicMetadata(
                topic.Key,
                Version >= 9 ? _topicIds[topic.Key] : Guid.Empty,
                false,
                ErrorCode.None,
                [.. topic.OrderBy(leader => leader.Key.Partition)
                    .Select(leader => new PartitionMetadata(leader.Key.Partition, leader.Value.Leader, leader.Value.Epoch, ErrorCode.None,
                        [], []))]));
        _metadata = new MetadataSnapshot
        {
            Version = _metadata.Version + 1,
            Topics = topics,
            Brokers = Enumerable.Range(0, _brokers)
                .ToDictionary(id => id, id => new BrokerMetadata(id, new DnsEndPoint("fake", 9092), null)),
        };
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
