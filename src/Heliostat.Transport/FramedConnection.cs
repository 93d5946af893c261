using System.Net;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport;

/// <summary>A connection that carries size-prefixed requests and their answers, in order, several in flight.</summary>
public sealed class FramedConnection : IAsyncDisposable
{
    private FramedConnection(DnsEndPoint endpoint)
    {
        Endpoint = endpoint;
    }

    public DnsEndPoint Endpoint { get; }

    /// <summary>Why it is closed; null while it is open.</summary>
    public KafkaConnectionException? CloseReason => throw new NotSupportedException();

    /// <summary>Connects; throws <see cref="KafkaConnectionException"/> when no address of the name accepts in time.</summary>
    public static ValueTask<FramedConnection> ConnectAsync(
        DnsEndPoint endpoint, ConnectionOptions options, FramePool pool, TimeProvider time, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>
    /// Sends a whole request (its 4-byte size included) and gives the answer: all that follows the answer's size, its correlation id first.
    /// The caller owns the frame. The message and what it splices must not change until the returned task has ended, and it ends only when the
    /// sending no longer needs them. When an answer is late the whole connection is closed, because answers come in order.
    /// </summary>
    public ValueTask<Frame> RoundTripAsync(WireBuffer message, int correlationId, TimeSpan timeout, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
