using System.Collections.Concurrent;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>
/// A cluster of brokers on loopback that know ApiVersions, Metadata, Fetch with sessions, ListOffsets, OffsetForLeaderEpoch and
/// FindCoordinator. A test changes the cluster under the client's feet, or intercepts single requests.
/// </summary>
internal sealed class FakeKafka : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, FakeNode> _nodes = [];
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeKafka(int nodes = 1)
    {
        for (var id = 1; id <= nodes; id++)
        {
            _nodes[id] = new FakeNode(this, id);
        }
    }

    public Dictionary<string, FakeTopic> Topics { get; } = [];

    /// <summary>The newest version served of an API; the oldest is ours.</summary>
    public ConcurrentDictionary<ApiKey, short> Newest { get; } = [];

    /// <summary>APIs that are not served at all.</summary>
    public ConcurrentDictionary<ApiKey, bool> Missing { get; } = [];

    /// <summary>Every request that arrived, decoded.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    /// <summary>Another answer than the usual; null for the usual one. Throwing <see cref="IOException"/> closes the connection.</summary>
    public Func<FakeRequest, Task<IBody?>>? Intercept { get; set; }

    /// <summary>Where groups and transactional ids are coordinated.</summary>
    public int CoordinatorId { get; set; } = 1;

    public int ControllerId { get; set; } = 1;

    /// <summary>False for brokers with room for no fetch session.</summary>
    public bool GivesSessions { get; set; } = true;

    /// <summary>False for brokers before 2.8.</summary>
    public bool HasTopicIds { get; set; } = true;

    public IEnumerable<FakeNode> Nodes => _nodes.Values;

    public ClientOptions Options => new()
    {
        Cluster = "source",
        BootstrapServers = [.. _nodes.Values.Select(node => node.Endpoint)],
        ReconnectBackOff = TimeSpan.FromMilliseconds(1),
        ReconnectBackOffMax = TimeSpan.FromMilliseconds(20),
        RetryBackOff = TimeSpan.FromMilliseconds(1),
        RetryBackOffMax = TimeSpan.FromMilliseconds(20),
        CallTimeout = TimeSpan.FromSeconds(10),
        RequestTimeout = TimeSpan.FromSeconds(5),
    };

    public FakeNode Node(int id) => _nodes[id];

    /// <summary>All state of the cluster is changed and read with this lock held.</summary>
    public T Locked<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }

    public void Locked(Action work)
    {
        lock (_gate)
        {
            work();
        }
    }

    public FakeTopic CreateTopic(string name, int partitions = 1) => Locked(() =>
    {
        var leaders = _nodes.Keys.ToArray();
        return Topics[name] = new FakeTopic(
            name, HasTopicIds ? Guid.NewGuid() : Guid.Empty,
            [.. Enumerable.Range(0, partitions).Select(i => new FakePartition(leaders[i % leaders.Length]))]);
    });

    public FakePartition Partition(string topic, int partition = 0) => Locked(() => Topics[topic].Partitions[partition]);

    /// <summary>Appends one batch of so many records.</summary>
    public void Append(string topic, int partition = 0, int records = 1, int bytes = 100)
    {
        TaskCompletionSource appended;
        lock (_gate)
        {
            Topics[topic].Partitions[partition].Append(records, bytes);
            appended = _appended;
            _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        appended.SetResult();
    }

    public void MoveLeader(string topic, int partition, int leader) => Locked(() =>
    {
        var moved = Topics[topic].Partitions[partition];
        moved.Leader = leader;
        moved.LeaderEpoch++;
    });

    public Task NextAppendAsync()
    {
        lock (_gate)
        {
            return _appended.Task;
        }
    }

    public FakeTopic? ById(Guid id) => Topics.Values.FirstOrDefault(topic => topic.Id == id && id != Guid.Empty);

    public KafkaClient Client(FramePool pool, Func<ClientOptions, ClientOptions>? options = null, TimeProvider? time = null,
        ILoggerFactory? loggers = null) => new(
            options?.Invoke(Options) ?? Options, pool, time ?? TimeProvider.System,
            loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

    public int Count<T>() => Requests.Count(request => request.Body is T);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.DisposeAsync();
        }
    }
}
