using System.Net;
using Heliostat.Client.Connections;
using Heliostat.Client.Metadata;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Routing;

/// <summary>
/// One cluster as seen by a client: its connections, its metadata, and calls that find the right broker and retry until a deadline
/// (<see cref="ClientOptions.CallTimeout"/>).
/// </summary>
public sealed partial class KafkaClient : IAsyncDisposable
{
    private readonly ConnectionTable _connections;
    private readonly TimeProvider _time;
    private readonly BackOff _backOff;

    /// <summary>
    /// Connects nothing yet. Answers on <see cref="ConnectionPurpose.Fetch"/> connections are rented from <paramref name="pool"/>.
    /// </summary>
    public KafkaClient(ClientOptions options, FramePool pool, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Frames = pool;
        _time = time;
        _backOff = new BackOff(options.RetryBackOff, options.RetryBackOffMax, options.Random);
        _connections = new ConnectionTable(options, pool, time, loggers);
        Metadata = new MetadataCache(CallAnyAsync, options, time, loggers.CreateLogger<MetadataCache>());
    }

    public ClientOptions Options { get; }

    /// <summary>What answers on <see cref="ConnectionPurpose.Fetch"/> connections are rented from.</summary>
    public FramePool Frames { get; }

    public MetadataCache Metadata { get; }

    /// <summary>
    /// Keeps the metadata and the credential fresh: started and awaited by the owner. Without it, metadata changes only through
    /// <see cref="MetadataCache.RefreshAsync"/>, and who opens a connection waits for a new credential.
    /// </summary>
    public Task RunAsync(CancellationToken ct) => Settling.AllAsync(Metadata.RunAsync(ct), _connections.RunAsync(ct));

    /// <summary>
    /// The open connection to a node for a purpose (the <paramref name="index"/>th of several), or a new one: one attempt, after the node's
    /// back-off. Throws <see cref="KafkaConnectionException"/> that names cluster, endpoint and cause.
    /// </summary>
    public ValueTask<BrokerConnection> ConnectionAsync(int nodeId, ConnectionPurpose purpose, CancellationToken ct, int index = 0) =>
        EndpointOf(nodeId) is { } endpoint
            ? _connections.GetAsync(nodeId, endpoint, purpose, index, ct)
            : ConnectionToUnknownAsync(nodeId, purpose, index, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        await _connections.DisposeAsync();
    }

    /// <summary>
    /// Bootstrap servers, whose ids nobody knows, are -1, -2 and so on; null for a broker that the metadata does not name.
    /// </summary>
    private DnsEndPoint? EndpointOf(int nodeId) =>
        nodeId < 0 ? Options.BootstrapServers[-1 - nodeId] : Metadata.Current.Brokers.GetValueOrDefault(nodeId)?.Endpoint;

    /// <summary>Somebody heard of a broker before the metadata did.</summary>
    private async ValueTask<BrokerConnection> ConnectionToUnknownAsync(int nodeId, ConnectionPurpose purpose, int index,
        CancellationToken ct)
    {
        await Metadata.RefreshAsync(ct);
        var endpoint = EndpointOf(nodeId)
            ?? throw new KafkaConnectionException($"{Options.Cluster}: broker {nodeId} is not in the cluster's metadata", null,
                ConnectionFailure.Unreachable);
        return await _connections.GetAsync(nodeId, endpoint, purpose, index, ct);
    }
}
