using System.Buffers.Binary;
using System.Net;
using Heliostat.Client.Connections.Probing;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Connections;

/// <summary>One connection to one node, with the API versions that both sides speak.</summary>
public sealed class BrokerConnection : IAsyncDisposable
{
    /// <summary>Used within one call, so that the batch path allocates none.</summary>
    [ThreadStatic]
    private static RequestHeader? _requestHeader;

    [ThreadStatic]
    private static ResponseHeader? _responseHeader;

    private readonly FramedConnection _connection;
    private readonly ClientOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private Task _renewing = Task.CompletedTask;
    private int _correlationId;
    private long _mutedUntil;
    private long _openedAt;

    internal BrokerConnection(
        int nodeId, FramedConnection connection, ClientOptions options, TimeProvider time, AnswerPatience? patience = null)
    {
        NodeId = nodeId;
        Patience = patience ?? new AnswerPatience();
        _connection = connection;
        _options = options;
        _time = time;
    }

    /// <summary>The broker's id; negative for a bootstrap server whose id is not known yet.</summary>
    public int NodeId { get; }

    public DnsEndPoint Endpoint => _connection.Endpoint;

    /// <summary>How long answers are waited for that the broker has no reason to hold back.</summary>
    internal AnswerPatience Patience { get; }

    /// <inheritdoc cref="FramedConnection.Silence"/>
    internal TimeSpan Silence => _connection.Silence;

    /// <inheritdoc cref="FramedConnection.IsAsked"/>
    internal bool IsAsked => _connection.IsAsked;

    /// <summary>What both sides speak; nothing until the handshake has found out.</summary>
    internal ApiRanges Ranges { get; set; } = new(new ApiVersionsResponse());

    /// <summary>
    /// Looks into a failure of the first request after the handshake: a listener that wants a login takes the handshake, and nothing else.
    /// Null from then on.
    /// </summary>
    internal ListenerCheck? FirstUse { get; set; }

    /// <summary>False once the connection is closed: ask the client for a new one.</summary>
    public bool IsOpen => _connection.CloseReason is null;

    /// <summary>What it was closed for; null while it is open.</summary>
    internal ConnectionFailure? CloseFailure => _connection.CloseReason?.Failure;

    /// <summary>Something was answered after the handshake.</summary>
    internal bool HasAnswered => _connection.LastReceived > _openedAt;

    /// <summary>True when both sides speak some version of <paramref name="api"/> that is at least <paramref name="min"/>.</summary>
    public bool Supports(Api api, short min) => Ranges.Newest(api, min, short.MaxValue) >= 0;

    /// <summary>
    /// The newest version that both sides speak; throws <see cref="KafkaErrorException"/> (UNSUPPORTED_VERSION) when it is below
    /// <paramref name="min"/>.
    /// </summary>
    public short VersionOf(Api api, short min) => VersionOf(api, min, short.MaxValue);

    /// <summary>
    /// One request in the newest common version and its decoded answer, which the broker has no reason to hold back. No retry; the answer's
    /// error codes stay in it.
    /// </summary>
    public ValueTask<TResponse> CallAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct) where TResponse : IBody, new() =>
        CallAsync(request, Patience.Of(_options.RequestTimeout), ct);

    /// <summary>As above, with a time of its own for requests that the broker holds (JoinGroup, long polls).</summary>
    public ValueTask<TResponse> CallAsync<TResponse>(IRequest<TResponse> request, TimeSpan timeout, CancellationToken ct)
        where TResponse : IBody, new()
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(request, VersionOf(request.Api, request.MinVersion, request.MaxVersion), timeout, turn: null, ct);
    }

    /// <summary>
    /// The batch path: encodes into <paramref name="buffer"/> (cleared first), sends, and gives the answer's frame, which the caller owns
    /// and decodes with <see cref="ReadResponse"/>. The buffer and what it splices must not change until the returned task has ended.
    /// </summary>
    public ValueTask<Frame> CallRawAsync<TRequest>(
        TRequest body, Api api, short version, WireBuffer buffer, TimeSpan timeout, CancellationToken ct) where TRequest : IBody, new() =>
        CallRawAsync(body, api, version, buffer, timeout, inline: false, ct);

    /// <summary>
    /// As above; with <paramref name="inline"/> who waits goes on within the receive loop: for what is quick, because nothing is received
    /// meanwhile.
    /// </summary>
    internal ValueTask<Frame> CallRawAsync<TRequest>(
        TRequest body, Api api, short version, WireBuffer buffer, TimeSpan timeout, bool inline, CancellationToken ct)
            where TRequest : IBody, new()
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(buffer);
        var correlationId = WriteHeader(api, version, buffer);
        var writer = new WireWriter(buffer, version, api.IsFlexible(version));
        writer.Body(ref body);
        buffer.PatchInt32(0, checked((int)buffer.TotalBytes - sizeof(int)));
        return MutedFor is { } wait
            ? SendLaterAsync(wait, buffer, correlationId, timeout, ct)
            : _connection.RoundTripAsync(buffer, correlationId, timeout, inline, ct);
    }

    /// <summary>
    /// Decodes an answer over <paramref name="into"/>; slices in it alias the frame. Throws <see cref="MalformedFrameException"/>.
    /// </summary>
    public static void ReadResponse<T>(Frame frame, Api api, short version, ref T into) where T : IBody, new()
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(api);
        var reader = new WireReader(Body(frame.Memory, api, version), version, api.IsFlexible(version));
        reader.Body(ref into);
    }

    /// <summary>What follows the header of an answer.</summary>
    private static Memory<byte> Body(Memory<byte> memory, Api api, short version)
    {
        if (api.ResponseHeaderVersion(version) == 0)
        {
            return memory[sizeof(int)..];
        }

        var header = new WireReader(memory, version, flexible: true);
        _responseHeader ??= new ResponseHeader();
        header.Body(ref _responseHeader);
        return memory[^header.Remaining..];
    }

    /// <summary>Holds back further requests for the time a broker asked for in an answer that was read raw (KIP-219).</summary>
    public void Throttle(int throttleTimeMs)
    {
        if (throttleTimeMs > 0)
        {
            Volatile.Write(ref _mutedUntil, _time.GetTimestamp() + (long)(throttleTimeMs / 1000.0 * _time.TimestampFrequency));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelSoonAsync();
        await _connection.DisposeAsync();
        await _renewing;
    }

    /// <summary>How long the broker lets the present login last; zero: as long as the connection.</summary>
    internal TimeSpan SessionLifetime { get; set; }

    /// <summary>Runs what keeps the session alive until the connection is disposed.</summary>
    internal void Renew(ReauthenticationLoop loop) => _renewing = loop.RunAsync(_ending.Token);

    /// <summary>The handshake is over.</summary>
    internal void Opened() => _openedAt = _time.GetTimestamp();

    /// <summary>Holds back everybody else's requests.</summary>
    internal ConnectionTurn TakeTurn() => _connection.TakeTurn();

    /// <summary>Closes it at once; requests under way fail for this reason.</summary>
    internal void Close(KafkaConnectionException reason) => _connection.Close(reason);

    /// <summary>A bare frame and what the next frame holds; null when none is awaited.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>?> SendBareAsync(ReadOnlyMemory<byte> bytes, bool answered, TimeSpan timeout,
        CancellationToken ct)
    {
        var buffer = new WireBuffer();
        BinaryPrimitives.WriteInt32BigEndian(buffer.Take(sizeof(int)), bytes.Length);
        buffer.Splice(bytes);
        using var frameOwned = await _connection.BareRoundTripAsync(buffer, answered, timeout, ct);
        return answered ? frameOwned.Memory.ToArray() : null;
    }

    private TimeSpan? MutedFor
    {
        get
        {
            var until = Volatile.Read(ref _mutedUntil);
            var now = _time.GetTimestamp();
            return until > now ? _time.GetElapsedTime(now, until) : null;
        }
    }

    /// <summary>One request in a version that is not looked up: for the handshake, which finds out what the broker speaks.</summary>
    internal async ValueTask<TResponse> CallAsync<TResponse>(
        IRequest<TResponse> request, short version, TimeSpan timeout, ConnectionTurn? turn, CancellationToken ct)
        where TResponse : IBody, new()
    {
        var api = request.Api;
        var buffer = new WireBuffer();
        var correlationId = WriteHeader(api, version, buffer);
        WriteBody(request, version, api, buffer);
        buffer.PatchInt32(0, checked((int)buffer.TotalBytes - sizeof(int)));
        if (MutedFor is { } wait)
        {
            await Task.Delay(wait, _time, ct);
        }

        using var frameOwned = await FirstOrLaterAsync(buffer, turn, correlationId, timeout, ct);
        var response = new TResponse();
        try
        {
            // A copy, because slices of it stay in the answer when the frame has gone back to its pool.
            var answered = AnsweredVersion(frameOwned, api, version);
            var body = Body(frameOwned.Memory.ToArray(), api, answered);
            Throttle(ThrottleTime.Find(body.Span, api, answered));
            var reader = new WireReader(body, answered, api.IsFlexible(answered));
            reader.Body(ref response);
        }
        catch (MalformedFrameException malformed)
        {
            await _connection.DisposeAsync();
            throw new KafkaConnectionException(
                $"{_options.Cluster}: broker {Endpoint.Host}:{Endpoint.Port} sent an answer to {api.Key} v{version} that cannot be read: "
                    + $"{malformed.Message}",
                Endpoint,
                ConnectionFailure.NotKafka,
                malformed);
        }

        return response;
    }

    private async ValueTask<Frame> FirstOrLaterAsync(WireBuffer buffer, ConnectionTurn? turn, int correlationId, TimeSpan timeout,
        CancellationToken ct)
    {
        if (FirstUse is not { } check)
        {
            return turn is null
                ? await _connection.RoundTripAsync(buffer, correlationId, timeout, ct)
                : await turn.RoundTripAsync(buffer, correlationId, timeout, ct);
        }

        try
        {
            var frame = await _connection.RoundTripAsync(buffer, correlationId, timeout, ct);
            check.Served(Endpoint);
            FirstUse = null;
            return frame;
        }
        catch (KafkaConnectionException failure)
        {
            throw await check.ExplainAsync(failure, ct);
        }
    }

    /// <summary>A broker that does not know our ApiVersions version answers in version 0 (KIP-511).</summary>
    private static short AnsweredVersion(Frame frame, Api api, short version) =>
        api.Key == ApiKey.ApiVersions && frame.Length >= 6
            && (frame.Memory.Span[4] << 8 | frame.Memory.Span[5]) == (short)ErrorCode.UnsupportedVersion
            ? (short)0
            : version;

    private static void WriteBody<TResponse>(IRequest<TResponse> request, short version, Api api, WireBuffer buffer)
        where TResponse : IBody, new()
    {
        var writer = new WireWriter(buffer, version, api.IsFlexible(version));
        writer.Body(request);
    }

    private int WriteHeader(Api api, short version, WireBuffer buffer)
    {
        buffer.Clear();
        buffer.Take(sizeof(int));
        var header = _requestHeader ??= new RequestHeader();
        header.RequestApiKey = (short)api.Key;
        header.RequestApiVersion = version;
        header.CorrelationId = Interlocked.Increment(ref _correlationId);
        header.ClientId = _options.ClientId;
        var headerVersion = api.RequestHeaderVersion(version);
        var writer = new WireWriter(buffer, headerVersion, headerVersion >= RequestHeader.FlexibleFrom);
        writer.Body(ref header);
        return header.CorrelationId;
    }

    private async ValueTask<Frame> SendLaterAsync(TimeSpan wait, WireBuffer buffer, int correlationId, TimeSpan timeout,
        CancellationToken ct)
    {
        await Task.Delay(wait, _time, ct);
        return await _connection.RoundTripAsync(buffer, correlationId, timeout, ct);
    }

    private short VersionOf(Api api, short min, short max)
    {
        var version = Ranges.Newest(api, min, max);
        return version >= 0
            ? version
            : throw new KafkaErrorException(
                ErrorCode.UnsupportedVersion,
                $"{_options.Cluster}: broker {Endpoint.Host}:{Endpoint.Port} does not speak {api.Key} in a version this needs "
                    + $"({Math.Max(api.MinVersion, min)} to {Math.Min(api.MaxVersion, max)})");
    }
}
