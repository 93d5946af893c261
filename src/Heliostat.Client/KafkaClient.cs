using Heliostat.Client.Connections;
using Heliostat.Client.Metadata;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client;

/// <summary>
/// One cluster as seen by a client: its connections, its metadata, and calls that find the right broker and retry until a deadline
/// (<see cref="ClientOptions.CallTimeout"/>).
/// </summary>
public sealed class KafkaClient : IAsyncDisposable
{
    /// <summary>Connects nothing yet. Answers on <see cref="ConnectionPurpose.Fetch"/> connections are rented from <paramref name="pool"/>.</summary>
    public KafkaClient(ClientOptions options, FramePool pool, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        Options = options;
        Frames = pool;
    }

    public ClientOptions Options { get; }

    /// <summary>What answers on <see cref="ConnectionPurpose.Fetch"/> connections are rented from.</summary>
    public FramePool Frames { get; }

    public MetadataCache Metadata => throw new NotSupportedException();

    /// <summary>Keeps the metadata fresh: started and awaited by the owner. Without it, metadata changes only through <see cref="MetadataCache.RefreshAsync"/>.</summary>
    public Task RunAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>
    /// The open connection to a node for a purpose (the <paramref name="index"/>th of several), or a new one: one attempt, after the node's back-off.
    /// Throws <see cref="KafkaConnectionException"/> that names cluster, endpoint and cause.
    /// </summary>
    public ValueTask<BrokerConnection> ConnectionAsync(int nodeId, ConnectionPurpose purpose, CancellationToken ct, int index = 0) =>
        throw new NotSupportedException();

    /// <summary>Asks whichever broker answers; retries on other brokers while there is time.</summary>
    public ValueTask<TResponse> CallAnyAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct) where TResponse : IBody, new() =>
        throw new NotSupportedException();

    /// <summary>Asks one node; retries over new connections while there is time.</summary>
    public ValueTask<TResponse> CallNodeAsync<TResponse>(int nodeId, IRequest<TResponse> request, CancellationToken ct)
        where TResponse : IBody, new() => throw new NotSupportedException();

    /// <summary>
    /// Asks the controller; looks it up again when <paramref name="errorOf"/> finds NOT_CONTROLLER in the answer. An answer with another error is returned.
    /// </summary>
    public ValueTask<TResponse> CallControllerAsync<TResponse>(
        IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct) where TResponse : IBody, new() =>
        throw new NotSupportedException();

    /// <summary>
    /// Asks the coordinator of <paramref name="key"/>, found and remembered; looks it up again or waits while <paramref name="errorOf"/> finds
    /// NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE or COORDINATOR_LOAD_IN_PROGRESS in the answer and there is time. An answer with another error is returned.
    /// </summary>
    public ValueTask<TResponse> CallCoordinatorAsync<TResponse>(
        CoordinatorType type, string key, IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct)
        where TResponse : IBody, new() => throw new NotSupportedException();

    /// <summary>The node id of the coordinator of <paramref name="key"/>, remembered until <see cref="ForgetCoordinator"/>.</summary>
    public ValueTask<int> FindCoordinatorAsync(CoordinatorType type, string key, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>The coordinator moved: the next call looks it up.</summary>
    public void ForgetCoordinator(CoordinatorType type, string key) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
