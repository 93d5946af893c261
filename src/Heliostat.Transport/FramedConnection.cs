using System.Net;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport;

/// <summary>
/// A connection that carries size-prefixed requests and their answers, in order, several in flight: one send loop, one receive loop, one reason
/// why it closed.
/// </summary>
public sealed partial class FramedConnection : IAsyncDisposable
{
    private readonly IDuplex _duplex;
    private readonly ConnectionOptions _options;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly FrameReader _reader;
    private readonly CancellationTokenSource _closing = new();
    private readonly AsyncSignal _toSendOrClosed = new(inline: true);
    private readonly Lock _lock = new();

    // Guarded by the lock.
    private readonly Queue<RoundTrip> _toSend = new();
    private readonly Queue<RoundTrip> _awaiting = new();
    private readonly Stack<RoundTrip> _spare = new();
    private KafkaConnectionException? _closeReason;

    private Task _sending = Task.CompletedTask;
    private Task _receiving = Task.CompletedTask;

    internal FramedConnection(DnsEndPoint endpoint, IDuplex duplex, ConnectionOptions options, FramePool pool, TimeProvider time)
    {
        Endpoint = endpoint;
        _duplex = duplex;
        _options = options;
        _pool = pool;
        _time = time;
        _reader = new FrameReader(duplex, options.MaxFrameBytes);
        _watch = time.CreateTimer(static state => ((FramedConnection)state!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DnsEndPoint Endpoint { get; }

    /// <summary>Why it is closed; null while it is open.</summary>
    public KafkaConnectionException? CloseReason => Volatile.Read(ref _closeReason);

    /// <summary>Connects; throws <see cref="KafkaConnectionException"/> when no address of the name accepts in time.</summary>
    public static async ValueTask<FramedConnection> ConnectAsync(
        DnsEndPoint endpoint, ConnectionOptions options, FramePool pool, TimeProvider time, CancellationToken ct)
    {
        var connection = new FramedConnection(endpoint, await ConnectionDial.ConnectAsync(endpoint, options, time, ct), options, pool, time);
        connection.Start();
        return connection;
    }

    /// <summary>
    /// Sends a whole request (its 4-byte size included) and gives the answer: all that follows the answer's size, its correlation id first.
    /// The caller owns the frame. The message and what it splices must not change until the returned task has ended, and it ends only when the
    /// sending no longer needs them, after a cancellation too. When nothing comes for <paramref name="timeout"/> the whole connection is closed, because
    /// answers come in order; time spent waiting for room in the pool does not count.
    /// </summary>
    public ValueTask<Frame> RoundTripAsync(WireBuffer message, int correlationId, TimeSpan timeout, CancellationToken ct) =>
        RoundTripAsync(message, correlationId, timeout, inline: false, ct);

    /// <summary>As above; with <paramref name="inline"/> who waits goes on within the receive loop: for what is quick, because nothing is received meanwhile.</summary>
    public ValueTask<Frame> RoundTripAsync(WireBuffer message, int correlationId, TimeSpan timeout, bool inline, CancellationToken ct)
    {
        RoundTrip trip;
        lock (_lock)
        {
            if (_closeReason is not null)
            {
                return ValueTask.FromException<Frame>(_closeReason);
            }

            trip = _spare.TryPop(out var spare) ? spare : new RoundTrip(this);
            trip.Begin(message, correlationId, timeout, inline, _time.GetTimestamp());
            _toSend.Enqueue(trip);
            WatchWithin(timeout);
        }

        var answer = trip.WaitAsync(ct);
        _toSendOrClosed.Set();
        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close(ConnectionFailure.Disposed, "connection disposed", inner: null);
        await _sending;
        await _receiving;
        _closing.Dispose();
    }

    internal void Start()
    {
        lock (_lock)
        {
            _lastTraffic = _lastReceived = _lastSent = _time.GetTimestamp();
            WatchWithin(_options.IdleTimeout);
        }

        _receiving = ReceiveAsync();
        _sending = SendAsync();
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

    internal void LetGo(RoundTrip trip)
    {
        lock (_lock)
        {
            Recycle(trip);
        }
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
            Close(ConnectionFailure.Closed, $"connection to {Peer.Name(Endpoint)} broke while sending: {e.Message}", e);
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
            while (_toSend.TryDequeue(out var trip))
            {
                if (trip.HasOutcome)
                {
                    Recycle(trip);
                    continue;
                }

                trip.Stage = RoundTripStage.Sending;
                _awaiting.Enqueue(trip);
                return trip;
            }

            return null;
        }
    }

    private void Sent(RoundTrip trip)
    {
        bool due;
        lock (_lock)
        {
            trip.Stage = RoundTripStage.Sent;
            trip.Since = _lastSent = _lastTraffic = _time.GetTimestamp();
            due = trip.TryEnd();
        }

        if (due)
        {
            trip.End();
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (CloseReason is null && await ReceiveOneAsync())
            {
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed while waiting for room.
        }
        catch (Exception e)
        {
            Close(ConnectionFailure.Closed, $"connection to {Peer.Name(Endpoint)} broke: {e.Message}", e);
        }
    }

    private void Answered(Frame frame)
    {
        RoundTrip? trip;
        bool wanted, due;
        lock (_lock)
        {
            _lastTraffic = _lastReceived;

            // Nobody waits when the connection was closed in between.
            wanted = _awaiting.TryDequeue(out trip) && trip.Answer(frame);
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

    private void Recycle(RoundTrip trip)
    {
        if (trip.LetGo())
        {
            _spare.Push(trip);
        }
    }

    private void Close(ConnectionFailure failure, string message, Exception? inner)
    {
        List<RoundTrip> failed = [];
        lock (_lock)
        {
            if (_closeReason is not null)
            {
                return;
            }

            var reason = new KafkaConnectionException(Peer.Prefix(_options) + message, Endpoint, failure, inner);
            Volatile.Write(ref _closeReason, reason);
            FailAll(_toSend, reason, failed);
            FailAll(_awaiting, reason, failed);
        }

        _watch.Dispose();
        _closing.Cancel();
        _duplex.Dispose();
        foreach (var trip in failed)
        {
            trip.End();
            LetGo(trip);
        }

        _toSendOrClosed.Set();
    }

    /// <summary>Fails what waits; those whose tasks are to be ended are added to <paramref name="failed"/>.</summary>
    private void FailAll(Queue<RoundTrip> trips, KafkaConnectionException reason, List<RoundTrip> failed)
    {
        while (trips.TryDequeue(out var trip))
        {
            trip.Fail(reason);
            if (trip.TryEnd())
            {
                failed.Add(trip);
            }
            else
            {
                Recycle(trip);
            }
        }
    }
}
