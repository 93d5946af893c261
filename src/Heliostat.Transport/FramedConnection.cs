using System.Net;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;
using Heliostat.Transport.Waiting;

namespace Heliostat.Transport;

/// <summary>
/// A connection that carries size-prefixed requests and their answers, in order, several in flight: one send loop, one receive loop, one
/// reason why it closed.
/// </summary>
public sealed class FramedConnection : IAsyncDisposable
{
    private readonly IDuplex _duplex;
    private readonly ConnectionOptions _options;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly AnswerReceiver _receiver;
    private readonly CancellationTokenSource _closing = new();
    private readonly AsyncSignal _toSendOrClosed = new(inline: true);
    private readonly Lock _lock = new();

    // Guarded by the lock.
    private readonly RequestLine _line;
    private readonly PeerPatience _patience;
    private KafkaConnectionException? _closeReason;

    private Task _sending = Task.CompletedTask;
    private Task _receiving = Task.CompletedTask;

    private FramedConnection(DnsEndPoint endpoint, IDuplex duplex, ConnectionOptions options, FramePool pool, TimeProvider time)
    {
        Endpoint = endpoint;
        _duplex = duplex;
        _options = options;
        _pool = pool;
        _time = time;
        _line = new RequestLine(this);
        _patience = new PeerPatience(time, options.IdleTimeout, static state => ((FramedConnection)state!).Watch(), this);
        _receiver = new AnswerReceiver(this, duplex, options.MaxFrameBytes, pool, _patience);
    }

    public DnsEndPoint Endpoint { get; }

    /// <summary>
    /// Called where an answer did not come within its time, with that time, once the connection is closed; from a timer.
    /// </summary>
    public Action<TimeSpan>? Late { get; set; }

    /// <summary>How long nothing came of the peer; zero while what came waits for room of ours.</summary>
    public TimeSpan Silence => _patience.Silence;

    /// <summary>When something came of the peer last, in timestamps of the clock.</summary>
    public long LastReceived => _patience.LastReceived;

    /// <summary>Whether an answer is awaited.</summary>
    public bool IsAsked
    {
        get
        {
            lock (_lock)
            {
                return !_line.IsEmpty;
            }
        }
    }

    /// <summary>Why it is closed; null while it is open.</summary>
    public KafkaConnectionException? CloseReason => Volatile.Read(ref _closeReason);

    /// <summary>Carries frames over <paramref name="duplex"/>, which it owns from now on, until it is closed.</summary>
    public static FramedConnection Open(DnsEndPoint endpoint, IDuplex duplex, ConnectionOptions options, FramePool pool, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var connection = new FramedConnection(endpoint, duplex, options, pool, time);
        connection.Start();
        return connection;
    }

    /// <summary>
    /// Sends a whole request (its 4-byte size included) and gives the answer: all that follows the answer's size, its correlation id first.
    /// The caller owns the frame. The message and what it splices must not change until the returned task has ended, and it ends only when
    /// the sending no longer needs them, after a cancellation too. When nothing comes for <paramref name="timeout"/> the whole connection
    /// is closed, because answers come in order; time spent waiting for room in the pool does not count.
    /// </summary>
    public ValueTask<Frame> RoundTripAsync(WireBuffer message, int correlationId, TimeSpan timeout, CancellationToken ct) =>
        RoundTripAsync(message, correlationId, timeout, inline: false, ct);

    /// <summary>
    /// As above; with <paramref name="inline"/> who waits goes on within the receive loop: for what is quick, because nothing is received
    /// meanwhile.
    /// </summary>
    public ValueTask<Frame> RoundTripAsync(WireBuffer message, int correlationId, TimeSpan timeout, bool inline, CancellationToken ct) =>
        RoundTripAsync(new Request(message, correlationId, timeout, RequestKind.Answered), inline, turn: null, ct);

    /// <summary>
    /// Sends a frame of bare bytes (its 4-byte size included) and gives the next frame that comes, whatever it holds: tokens that follow
    /// SaslHandshake v0 have no header. Nothing else may be in flight. Without <paramref name="answered"/> the call ends, with an empty
    /// frame, when the bytes are sent.
    /// </summary>
    public ValueTask<Frame> BareRoundTripAsync(WireBuffer message, bool answered, TimeSpan timeout, CancellationToken ct) =>
        RoundTripAsync(new Request(message, 0, timeout, answered ? RequestKind.Bare : RequestKind.Unanswered), inline: false, turn: null,
            ct);

    /// <summary>
    /// Holds back the requests of everybody else, those in line included, until the turn is disposed; then they go out in the order in
    /// which they came. What was sent before is answered first. The time that requests are held back is not held against the peer. One turn
    /// at a time.
    /// </summary>
    public ConnectionTurn TakeTurn()
    {
        lock (_lock)
        {
            return new ConnectionTurn(this, _line.TakeTurn());
        }
    }

    /// <summary>Closes at once for this reason, unless it is closed already: what waits fails with it.</summary>
    public void Close(KafkaConnectionException reason)
    {
        List<RoundTrip> failed = [];
        lock (_lock)
        {
            if (_closeReason is not null)
            {
                return;
            }

            Volatile.Write(ref _closeReason, reason);
            _line.FailAll(reason, failed);
        }

        _patience.Dispose();
        _closing.Cancel();
        _duplex.Dispose();
        foreach (var trip in failed)
        {
            trip.End();
            LetGo(trip);
        }

        _toSendOrClosed.Set();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close(ConnectionFailure.Disposed, "connection disposed", inner: null);
        await _sending;
        await _receiving;
        _closing.Dispose();
    }

    internal void Cancel(RoundTrip trip, CancellationToken ct)
    {
        bool due;
        lock (_lock)
        {
            trip.Fail(new OperationCanceledException(ct));
            due = trip.TryEnd();
        }

        if (due)
        {
            trip.End();
        }
    }

    internal ValueTask<Frame> RoundTripAsync(in Request request, bool inline, int? turn, CancellationToken ct)
    {
        RoundTrip trip;
        lock (_lock)
        {
            if (_closeReason is not null)
            {
                return ValueTask.FromException<Frame>(_closeReason);
            }

            trip = _line.Add(request, inline, turn, _time.GetTimestamp());
            _receiver.ExpectBare(request.Kind == RequestKind.Bare);
            _patience.Asked(request.Timeout);
        }

        var answer = trip.WaitAsync(ct);
        _toSendOrClosed.Set();
        return answer;
    }

    internal void EndTurn(int turn)
    {
        lock (_lock)
        {
            if (!_line.EndTurn(turn) || _closeReason is not null)
            {
                return;
            }

            _patience.Resume();
        }

        _toSendOrClosed.Set();
    }

    internal void LetGo(RoundTrip trip)
    {
        lock (_lock)
        {
            _line.LetGo(trip);
        }
    }

    /// <summary>
    /// True when a frame that begins with <paramref name="correlationId"/> answers the oldest request in flight; when the connection is
    /// closed, nothing does.
    /// </summary>
    internal bool IsAwaited(int correlationId)
    {
        lock (_lock)
        {
            return _closeReason is null && _line.Awaited.TryPeek(out var oldest)
                && (oldest.Kind == RequestKind.Bare || oldest.CorrelationId == correlationId);
        }
    }

    /// <summary>Gives an answer to the oldest request in flight, or back.</summary>
    internal void Answered(Frame frame)
    {
        RoundTrip? trip;
        bool wanted, due;
        lock (_lock)
        {
            _patience.Answered();

            // Nobody waits when the connection was closed in between.
            wanted = _line.TryAnswer(frame, out trip);
            due = trip?.TryEnd() ?? false;
        }

        if (!wanted)
        {
            frame.Dispose();
        }

        if (due)
        {
            trip!.End();
        }

        if (trip is not null)
        {
            LetGo(trip);
        }
    }

    internal void Close(ConnectionFailure failure, string message, Exception? inner) =>
        Close(new KafkaConnectionException(Peer.Prefix(_options) + message, Endpoint, failure, inner));

    private void Start()
    {
        lock (_lock)
        {
            _patience.Begin();
        }

        _receiving = ReceiveAsync();
        _sending = SendAsync();
    }

    private async Task SendAsync()
    {
        RoundTrip? sending = null;
        try
        {
            while (CloseReason is null)
            {
                sending = NextToSend();
                if (sending is null)
                {
                    await _toSendOrClosed.WaitAsync();
                    continue;
                }

                await _duplex.SendAsync(sending.Message!);
                Sent(sending);
                sending = null;
            }
        }
        catch (Exception e)
        {
            _receiver.CloseFor(e, " while sending");
        }

        if (sending is not null)
        {
            Sent(sending);
        }
    }

    private RoundTrip? NextToSend()
    {
        lock (_lock)
        {
            return _line.Next();
        }
    }

    private void Sent(RoundTrip trip)
    {
        bool due;
        lock (_lock)
        {
            trip.Stage = RoundTripStage.Sent;
            trip.Since = _patience.Sent();
            due = trip.TryEnd();
        }

        if (due)
        {
            trip.End();
        }

        if (trip.Kind == RequestKind.Unanswered)
        {
            Answered(_pool.RentNow(0));
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (CloseReason is null && await _receiver.ReceiveAsync(_closing.Token))
            {
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed while waiting for room.
        }
        catch (Exception e)
        {
            _receiver.CloseFor(e);
        }
    }

    private void Watch()
    {
        TimeSpan? late;
        bool isIdle;
        lock (_lock)
        {
            if (_closeReason is not null)
            {
                return;
            }

            late = _patience.Look(_line, out isIdle);
        }

        if (late is { } patience)
        {
            Close(ConnectionFailure.TimedOut, $"{Peer.Name(Endpoint)} did not answer within {patience.TotalSeconds:0.###} s", inner: null);
            Late?.Invoke(patience);
        }
        else if (isIdle)
        {
            Close(ConnectionFailure.Idle, $"connection to {Peer.Name(Endpoint)} was idle for {_options.IdleTimeout.TotalSeconds:0.###} s",
                inner: null);
        }
    }
}
