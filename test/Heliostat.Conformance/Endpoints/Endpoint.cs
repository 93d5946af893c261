using Heliostat.Protocol.Wire;
using Heliostat.Testing;

namespace Heliostat.Conformance.Endpoints;

/// <summary>A cluster, mostly of one broker, as one test sees it: a connection, and names that no other test uses.</summary>
public sealed class Endpoint : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2), TimeProvider.System);
    private readonly List<RawClient> _connections = [];
    private ApiVersionsResponse? _versions;

    private Endpoint(EndpointKind kind, string bootstrapServers)
    {
        Kind = kind;
        BootstrapServers = bootstrapServers;
    }

    public EndpointKind Kind { get; }

    public string BootstrapServers { get; }

    /// <summary>What the names of this test end in.</summary>
    public string Suffix { get; } = "-" + Guid.NewGuid().ToString("N")[..10];

    public CancellationToken Ct => _deadline.Token;

    private RawClient Connection => _connections[0];

    public static async Task<Endpoint> OpenAsync(EndpointKind kind, int brokers = 1)
    {
        var endpoint = new Endpoint(kind, await SharedEndpoints.BootstrapAsync(kind, brokers));
        await endpoint.ConnectAsync();
        return endpoint;
    }

    /// <summary>Another connection, for what must not wait behind the first.</summary>
    public async Task<RawClient> ConnectAsync()
    {
        var connection = await RawClient.ConnectAsync(BootstrapServers, Ct);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>A connection to one of the brokers.</summary>
    public async Task<RawClient> ConnectAsync(int brokerId)
    {
        var connection = await RawClient.ConnectAsync(BootstrapServers.Split(',')[brokerId], Ct);
        _connections.Add(connection);
        return connection;
    }

    public Task<TResponse> CallAsync<TResponse>(IRequest<TResponse> request, int version) where TResponse : IBody, new() =>
        Connection.CallAsync(request, (short)version, Ct);

    /// <summary>Asks in the newest version that both the endpoint and we speak.</summary>
    public async Task<TResponse> CallAsync<TResponse>(IRequest<TResponse> request) where TResponse : IBody, new() =>
        await Connection.CallAsync(request, await NewestAsync(request.Api), Ct);

    public async Task<short> NewestAsync(Api api) => Math.Min(api.MaxVersion, (await RangeAsync(api)).Max);

    public async Task<bool> ServesAsync(Api api, int version)
    {
        var (min, max) = await RangeAsync(api);
        return version >= min && version <= max;
    }

    /// <summary>A name that only this test uses.</summary>
    public string Name(string stem) => stem + Suffix;

    /// <summary>Creates a topic and waits until it can be used.</summary>
    public async Task<string> CreateTopicAsync(string stem = "t", int partitions = 1, params (string Name, string Value)[] configs)
    {
        var topic = new CreatableTopic { Name = Name(stem), NumPartitions = partitions, ReplicationFactor = 1 };
        foreach (var (name, value) in configs) topic.Configs.Add(new CreatableTopicConfig { Name = name, Value = value });

        var created = await CallAsync(new CreateTopicsRequest { Topics = [topic], TimeoutMs = 30_000 }, 7);

        Assert.Equal((ErrorCode.None, null), (created.Topics[0].ErrorCode, created.Topics[0].ErrorMessage));
        await HasLeadersAsync(topic.Name, partitions);
        await IsLedAsync(topic.Name, partitions);
        return topic.Name;
    }

    public Task<MetadataResponse> HasLeadersAsync(string topic, int partitions) => Eventually.ValueAsync(
        $"leaders of {topic}",
        Patience,
        _ => CallAsync(new MetadataRequest { Topics = [new MetadataRequestTopic { Name = topic }] }, 12),
        seen => seen.Topics[0].Partitions.Count == partitions && seen.Topics[0].Partitions.All(partition => partition.LeaderId >= 0),
        Ct);

    /// <summary>A new id for an idempotent producer; a broker that has just begun may have to be asked again.</summary>
    public async Task<long> ProducerIdAsync() =>
        (await UntilAsync(static () => new InitProducerIdRequest { TransactionalId = null }, 4,
            seen => seen.ErrorCode == ErrorCode.None)).ProducerId;

    /// <summary>The name of a new group, whose coordinator is up.</summary>
    public async Task<string> GroupAsync(string stem = "g")
    {
        var group = Name(stem);
        await CoordinatorAsync(group, CoordinatorType.Group);
        await UntilAsync(
            () => new HeartbeatRequest { GroupId = group, MemberId = "nobody" },
            0,
            seen => seen.ErrorCode
                is not (ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress));
        return group;
    }

    /// <summary>A new transactional id, whose coordinator is up.</summary>
    public async Task<string> TransactionalIdAsync(string stem = "x")
    {
        var id = Name(stem);
        await CoordinatorAsync(id, CoordinatorType.Transaction);
        await UntilAsync(
            () => new EndTxnRequest { TransactionalId = id, ProducerId = 1, ProducerEpoch = 0 },
            1,
            seen => seen.ErrorCode
                is not (ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress));
        return id;
    }

    public async Task<Guid> TopicIdAsync(string topic)
    {
        var metadata = await CallAsync(new MetadataRequest { Topics = [new MetadataRequestTopic { Name = topic }] }, 12);
        return metadata.Topics[0].TopicId;
    }

    /// <summary>Asks again and again until the answer is accepted: for what real brokers do behind their answers.</summary>
    public Task<TResponse> UntilAsync<TResponse>(Func<IRequest<TResponse>> request, int version, Func<TResponse, bool> accept)
        where TResponse : IBody, new() =>
            Eventually.ValueAsync(typeof(TResponse).Name, Patience, _ => CallAsync(request(), version), accept, Ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
        _deadline.Dispose();
    }

    private Task<FindCoordinatorResponse> CoordinatorAsync(string key, CoordinatorType type) => UntilAsync(
        () => new FindCoordinatorRequest { Key = key, KeyType = type }, 2, seen => seen.ErrorCode == ErrorCode.None);

    /// <summary>A real broker says that it leads before it does.</summary>
    private Task<ListOffsetsResponse> IsLedAsync(string topic, int partitions) => UntilAsync(
        () => new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics = [new ListOffsetsTopic { Name = topic, Partitions = [.. Enumerable.Range(0, partitions)
                .Select(p => new ListOffsetsPartition { PartitionIndex = p, Timestamp = -1 })] }],
        },
        4,
        seen => seen.Topics[0].Partitions.TrueForAll(partition => partition.ErrorCode == ErrorCode.None));

    private async Task<(short Min, short Max)> RangeAsync(Api api)
    {
        _versions ??= await CallAsync(new ApiVersionsRequest(), 0);
        return _versions.ApiKeys.Find(key => key.ApiKey == (short)api.Key) is { } found
            ? (found.MinVersion, found.MaxVersion)
            : ((short)0, (short)-1);
    }
}
