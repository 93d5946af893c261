using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Heliostat.Protocol;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Server;

/// <summary>
/// The server's half of a connection: one loop reads requests and has them served one after another, one loop sends answers in order, and
/// there is one reason why it ended.
/// </summary>
public sealed class FramedServerConnection : IDisposable
{
    /// <summary>What must have come of a frame before memory for a larger one is rented.</summary>
    private const int ReceiveBufferBytes = 2048;

    private const int SizeBytes = 4;

    private readonly IDuplex _duplex;
    private readonly ServerOptions _options;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly IRequestHandler _handler;
    private readonly CancellationTokenSource _closed = new();
    private readonly Channel<Answer> _answers;
    private readonly ConcurrentBag<WireBuffer> _buffers = [];
    private readonly byte[] _received = new byte[ReceiveBufferBytes];
    private int _receivedStart;
    private int _receivedEnd;
    private int _closeReason = -1;
    private long _lastActivity;
    private long _frameDeadline;
    private int _handling;
    private long _mutedUntil;
    private long _cutAfterBytes = long.MaxValue;

    internal FramedServerConnection(
        long id, IDuplex duplex, IPEndPoint peer, ServerOptions options, FramePool pool, TimeProvider time, IRequestHandler handler)
    {
        Id = id;
        _duplex = duplex;
        _options = options;
        _pool = pool;
        _time = time;
        _handler = handler;
        _lastActivity = time.GetTimestamp();
        RemoteEndPoint = peer;
        _answers = Channel.CreateBounded<Answer>(new BoundedChannelOptions(options.MaxQueuedAnswers));
    }

    /// <summary>Unique among the connections of its listener.</summary>
    public long Id { get; }

    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>What the handler keeps with the connection.</summary>
    public object? State { get; set; }

    /// <summary>Why it was closed; null while it is open.</summary>
    public CloseReason? CloseReason => _closeReason < 0 ? null : (CloseReason)_closeReason;

    /// <summary>An empty buffer for an answer; <see cref="SendAsync"/> takes it back.</summary>
    public WireBuffer RentBuffer() => _buffers.TryTake(out var buffer) ? buffer : new WireBuffer();

    /// <summary>Puts a whole answer, its 4-byte size included, in line; waits while the line is full.</summary>
    /// <param name="answer">From <see cref="RentBuffer"/>.</param>
    /// <param name="owned">Memory that the answer is sent from, which is disposed when it was, or will never be; null when there is none.</param>
    /// <param name="delay">How long the answer, and those behind it, are held back.</param>
    /// <param name="ct">Ends the wait.</param>
    public async ValueTask SendAsync(WireBuffer answer, Frame? owned, TimeSpan delay, CancellationToken ct)
    {
        var notBefore = delay <= TimeSpan.Zero ? 0 : _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        try
        {
            await _answers.Writer.WriteAsync(new Answer(answer, owned, notBefore), ct);
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }

    /// <summary>Reads no further request for so long after the present one (KIP-219).</summary>
    public void Mute(TimeSpan silence)
    {
        if (silence > TimeSpan.Zero) _mutedUntil = _time.GetTimestamp() + (long)(silence.TotalSeconds * _time.TimestampFrequency);
    }

    /// <summary>Lets so many more bytes of answers out and then closes the connection, in the middle of an answer if it falls there.</summary>
    public void CutAfter(long byteCount) => Volatile.Write(ref _cutAfterBytes, byteCount);

    /// <summary>Closes at once. The first reason stays.</summary>
    public void Close(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, (int)reason, -1) != -1) return;

        _closed.Cancel();
        _duplex.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Close(Server.CloseReason.ServerStopped);

    internal async Task RunAsync(CancellationToken ct)
    {
        Exception? failure = null;
        using var stop = ct.UnsafeRegister(static state => ((FramedServerConnection)state!).Close(Server.CloseReason.ServerStopped), this);
        var sending = SendLoopAsync();
        try
        {
            Close(await ReceiveLoopAsync());
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

        _answers.Writer.TryComplete();
        await sending;
        while (_answers.Reader.TryRead(out var unsent)) unsent.Owned?.Dispose();
        _handler.Closed(this, failure);
    }

    /// <summary>Closes the connection if it has been idle or half open for too long.</summary>
    internal void CloseIfStale(long now)
    {
        var deadline = Volatile.Read(ref _frameDeadline);
        if (deadline != 0 && now > deadline) Close(Server.CloseReason.HalfOpen);
        else if (Volatile.Read(ref _handling) == 0 && _time.GetElapsedTime(Volatile.Read(ref _lastActivity), now) > _options.IdleTimeout)
            Close(Server.CloseReason.Idle);
    }

    private async Task<CloseReason> ReceiveLoopAsync()
    {
        var ct = _closed.Token;
        while (true)
        {
            if (!await FillAsync(SizeBytes)) return _receivedEnd == _receivedStart ? Server.CloseReason.PeerClosed : Server.CloseReason.PeerLost;

            var size = BinaryPrimitives.ReadInt32BigEndian(_received.AsSpan(_receivedStart));
            if (size < 0 || size > _options.MaxFrameBytes) return Server.CloseReason.BadFrameSize;

            _receivedStart += SizeBytes;
            var frame = await ReceiveFrameAsync(size, ct);
            if (frame is null) return Server.CloseReason.PeerLost;

            Volatile.Write(ref _frameDeadline, 0);
            Volatile.Write(ref _handling, 1);
            await _handler.HandleAsync(this, frame, ct);
            if (_mutedUntil != 0) await HoldBackAsync(_mutedUntil);
            _mutedUntil = 0;
            Volatile.Write(ref _lastActivity, _time.GetTimestamp());
            Volatile.Write(ref _handling, 0);
        }
    }

    private async ValueTask<Frame?> ReceiveFrameAsync(int size, CancellationToken ct)
    {
        var first = Math.Min(size, ReceiveBufferBytes - SizeBytes);
        if (_receivedEnd - _receivedStart < first && !await FillAsync(first)) return null;

        Volatile.Write(ref _frameDeadline, 0);
        var frameOwned = await _pool.RentAsync(size, ct);
        try
        {
            StartDeadline(size);
            var memory = frameOwned.Memory;
            var at = Math.Min(size, _receivedEnd - _receivedStart);
            _received.AsSpan(_receivedStart, at).CopyTo(memory.Span);
            _receivedStart += at;
            while (at < size)
            {
                var count = await ReceiveAsync(memory[at..]);
                if (count == 0)
                {
                    frameOwned.Dispose();
                    return null;
                }

                at += count;
            }

            return frameOwned;
        }
        catch
        {
            frameOwned.Dispose();
            throw;
        }
    }

    /// <summary>Receives until <paramref name="count"/> bytes stand in the buffer; false when the peer ends before.</summary>
    private async ValueTask<bool> FillAsync(int count)
    {
        if (_receivedStart == _receivedEnd) _receivedStart = _receivedEnd = 0;
        if (_received.Length - _receivedStart < count)
        {
            _received.AsSpan(_receivedStart, _receivedEnd - _receivedStart).CopyTo(_received);
            _receivedEnd -= _receivedStart;
            _receivedStart = 0;
        }

        while (_receivedEnd - _receivedStart < count)
        {
            var read = await ReceiveAsync(_received.AsMemory(_receivedEnd));
            if (read == 0) return false;

            _receivedEnd += read;
            if (Volatile.Read(ref _frameDeadline) == 0) StartDeadline(count);
        }

        return true;
    }

    private void StartDeadline(int byteCount)
    {
        var seconds = _options.HalfOpenTimeout.TotalSeconds + ((double)byteCount / _options.SlowestBytesPerSecond);
        Volatile.Write(ref _frameDeadline, _time.GetTimestamp() + (long)(seconds * _time.TimestampFrequency));
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        try
        {
            var count = await _duplex.ReceiveAsync(into);
            Volatile.Write(ref _lastActivity, _time.GetTimestamp());
            return count;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Close(Server.CloseReason.PeerLost);
            throw;
        }
    }

    private async Task SendLoopAsync()
    {
        try
        {
            await foreach (var answer in _answers.Reader.ReadAllAsync(_closed.Token))
            {
                using (answer.Owned)
                {
                    await HoldBackAsync(answer.NotBefore);
                    await WriteAsync(answer.Message);
                }

                answer.Message.Clear();
                _buffers.Add(answer.Message);
                Volatile.Write(ref _lastActivity, _time.GetTimestamp());
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Close(Server.CloseReason.PeerLost);
        }
    }

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
