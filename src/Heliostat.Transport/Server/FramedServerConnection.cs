using System.Net;
using System.Net.Sockets;
using Heliostat.Protocol;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Server;

/// <summary>
/// The server's half of a connection: one loop reads requests and has them served one after another, one loop sends answers in order, and
/// there is one reason why it ended.
/// </summary>
public sealed class FramedServerConnection : IDisposable
{
    private readonly ServerOptions _options;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly IRequestHandler _handler;
    private readonly CancellationTokenSource _closed = new();
    private readonly AnswerLine _answers;
    private readonly PeerActivity _activity;
    private volatile IDuplex _duplex;
    private int _closeReason = -1;
    private long _mutedUntil;
    private long _cutAfterBytes = long.MaxValue;

    internal FramedServerConnection(
        long id, AcceptedPeer peer, ServerOptions options, FramePool pool, TimeProvider time, IRequestHandler handler)
    {
        Id = id;
        _duplex = peer.Duplex;
        _options = options;
        _pool = pool;
        _time = time;
        _handler = handler;
        _activity = new PeerActivity(options, time);
        _answers = new AnswerLine(options);
        RemoteEndPoint = peer.Address;
    }

    /// <summary>Unique among the connections of its listener.</summary>
    public long Id { get; }

    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>The peer's bytes, with what was laid over them.</summary>
    public IDuplex Duplex => _duplex;

    /// <summary>What the handler keeps with the connection.</summary>
    public object? State { get; set; }

    /// <summary>Why it was closed; null while it is open.</summary>
    public CloseReason? CloseReason => _closeReason < 0 ? null : (CloseReason)_closeReason;

    /// <summary>Closes at once. The first reason stays.</summary>
    public void Close(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, (int)reason, -1) != -1) return;

        _closed.Cancel();
        _duplex.Dispose();
    }

    /// <summary>An empty buffer for an answer; <see cref="SendAsync"/> takes it back.</summary>
    public WireBuffer RentBuffer() => _answers.RentBuffer();

    /// <summary>Puts a whole answer, its 4-byte size included, in line; waits while the line is full.</summary>
    /// <param name="answer">From <see cref="RentBuffer"/>.</param>
    /// <param name="owned">Memory that the answer is sent from, which is disposed when it was, or will never be; null when there is
    /// none.</param>
    /// <param name="delay">How long the answer, and those behind it, are held back.</param>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask SendAsync(WireBuffer answer, Frame? owned, TimeSpan delay, CancellationToken ct) =>
        _answers.AddAsync(new Answer(answer, owned, delay <= TimeSpan.Zero ? 0 : After(delay)), ct);

    /// <summary>
    /// Lets so many more bytes of answers out and then closes the connection, in the middle of an answer if it falls there.
    /// </summary>
    public void CutAfter(long byteCount) => Volatile.Write(ref _cutAfterBytes, byteCount);

    /// <summary>Reads no further request for so long after the present one (KIP-219).</summary>
    public void Mute(TimeSpan silence)
    {
        if (silence > TimeSpan.Zero) _mutedUntil = After(silence);
    }

    /// <inheritdoc/>
    public void Dispose() => Close(Server.CloseReason.ServerStopped);

    /// <summary>Closes the connection if it has been idle, half open or stalled for too long.</summary>
    internal void CloseIfStale(long now)
    {
        if (_activity.StaleReason(now) is { } reason) Close(reason);
    }

    /// <inheritdoc cref="PeerActivity.UnfilledBytes"/>
    internal int UnfilledBytes(long now) => _activity.UnfilledBytes(now);

    /// <inheritdoc cref="PeerActivity.UntakenBytes"/>
    internal int UntakenBytes(long now) => _activity.UntakenBytes(now);

    internal async Task RunAsync(CancellationToken ct)
    {
        Exception? failure = null;
        using var stop = ct.UnsafeRegister(static state => ((FramedServerConnection)state!).Close(Server.CloseReason.ServerStopped), this);
        if (_options.Layer is { } layer) await LayOverAsync(layer);

        var sending = SendLoopAsync();
        try
        {
            Close(await ReceiveLoopAsync());
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            Close(Server.CloseReason.PeerLost);
        }
        catch (MalformedFrameException)
        {
            Close(Server.CloseReason.MalformedFrame);
        }
        catch (Exception exception)
        {
            if (_closeReason < 0) failure = exception;
            Close(Server.CloseReason.HandlerFailed);
        }

        _answers.Complete();
        await sending;
        _answers.Drop();
        _handler.Closed(this, failure);
    }

    /// <summary>A peer that does not get on with it is closed as one that does not finish its frame.</summary>
    private async ValueTask LayOverAsync(IDuplexLayer layer)
    {
        try
        {
            _activity.FrameBegun(0);
            var above = await layer.LayOverAsync(_duplex, dialled: null, _closed.Token);
            _duplex = above;
            _activity.FrameEnded();
            _activity.Handled();
            if (_closeReason >= 0) above.Dispose();
        }
        catch (Exception exception) when (exception is KafkaConnectionException or SocketException or IOException or ObjectDisposedException
            or OperationCanceledException)
        {
            Close(Server.CloseReason.HandshakeFailed);
        }
    }

    private async Task<CloseReason> ReceiveLoopAsync()
    {
        var ct = _closed.Token;
        var reader = new RequestReader(_duplex, _options.MaxFrameBytes, _pool, _activity);
        while (true)
        {
            var (size, end) = await reader.ReadSizeAsync();
            if (end is { } reason) return reason;

            var frame = await reader.ReadBodyAsync(size, ct);
            if (frame is null) return Server.CloseReason.PeerLost;

            await _handler.HandleAsync(this, frame, ct);
            if (_mutedUntil != 0) await HoldBackAsync(_mutedUntil);
            _mutedUntil = 0;
            _activity.Handled();
        }
    }

    private async Task SendLoopAsync()
    {
        try
        {
            while (await _answers.WaitAsync(_closed.Token))
            {
                if (!_answers.TryTake(out var answer)) continue;

                var byteCount = answer.Message.TotalBytes;
                using (answer.Owned)
                {
                    await HoldBackAsync(answer.NotBefore);
                    _activity.SendBegun(byteCount, answer.Owned?.Length ?? 0);
                    await WriteAsync(answer.Message);
                    _activity.SendEnded();
                }

                _answers.Sent(answer.Message, byteCount);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            Close(Server.CloseReason.PeerLost);
        }

        _answers.End();
    }

    private long After(TimeSpan delay) => _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);

    private async ValueTask HoldBackAsync(long notBefore)
    {
        var now = _time.GetTimestamp();
        if (notBefore > now) await Task.Delay(_time.GetElapsedTime(now, notBefore), _time, _closed.Token);
    }

    private ValueTask WriteAsync(WireBuffer message)
    {
        var left = Volatile.Read(ref _cutAfterBytes);
        if (message.TotalBytes > left) return CutAsync(message, (int)left);

        if (left != long.MaxValue) Interlocked.Add(ref _cutAfterBytes, -message.TotalBytes);
        return _duplex.SendAsync(message);
    }

    private async ValueTask CutAsync(WireBuffer message, int byteCount)
    {
        var head = new WireBuffer();
        head.Splice(message.ToArray().AsMemory(0, byteCount));
        await _duplex.SendAsync(head);
        Close(Server.CloseReason.Refused);
    }
}
