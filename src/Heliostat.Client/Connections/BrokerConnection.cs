using System.Net;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Connections;

/// <summary>One connection to one node, with the API versions that both sides speak.</summary>
public sealed class BrokerConnection : IAsyncDisposable
{
    private BrokerConnection(int nodeId, DnsEndPoint endpoint)
    {
        NodeId = nodeId;
        Endpoint = endpoint;
    }

    /// <summary>The broker's id; negative for a bootstrap server whose id is not known yet.</summary>
    public int NodeId { get; }

    public DnsEndPoint Endpoint { get; }

    /// <summary>False once the connection is closed: ask the client for a new one.</summary>
    public bool IsOpen => throw new NotSupportedException();

    /// <summary>True when both sides speak some version of <paramref name="api"/> that is at least <paramref name="min"/>.</summary>
    public bool Supports(Api api, short min) => throw new NotSupportedException();

    /// <summary>The newest version that both sides speak; throws <see cref="KafkaErrorException"/> (UNSUPPORTED_VERSION) when it is below <paramref name="min"/>.</summary>
    public short VersionOf(Api api, short min) => throw new NotSupportedException();

    /// <summary>One request in the newest common version and its decoded answer. No retry; the answer's error codes stay in it.</summary>
    public ValueTask<TResponse> CallAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct) where TResponse : IBody, new() =>
        throw new NotSupportedException();

    /// <summary>As above, with a time of its own for requests that the broker holds (JoinGroup, long polls).</summary>
    public ValueTask<TResponse> CallAsync<TResponse>(IRequest<TResponse> request, TimeSpan timeout, CancellationToken ct)
        where TResponse : IBody, new() => throw new NotSupportedException();

    /// <summary>
    /// The batch path: encodes into <paramref name="buffer"/> (cleared first), sends, and gives the answer's frame, which the caller owns and decodes with
    /// <see cref="ReadResponse"/>. The buffer and what it splices must not change until the returned task has ended.
    /// </summary>
    public ValueTask<Frame> CallRawAsync<TRequest>(
        TRequest body, Api api, short version, WireBuffer buffer, TimeSpan timeout, CancellationToken ct) where TRequest : IBody, new() =>
        throw new NotSupportedException();

    /// <summary>Decodes an answer over <paramref name="into"/>; slices in it alias the frame. Throws <see cref="Protocol.MalformedFrameException"/>.</summary>
    public static void ReadResponse<T>(Frame frame, Api api, short version, ref T into) where T : IBody, new() => throw new NotSupportedException();

    /// <summary>Holds back further requests for the time a broker asked for in an answer that was read raw (KIP-219).</summary>
    public void Throttle(int throttleTimeMs) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
