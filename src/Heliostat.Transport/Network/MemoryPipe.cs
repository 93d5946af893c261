using System.Net.Sockets;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Waiting;

namespace Heliostat.Transport.Network;

/// <summary>
/// One direction of a connection in memory: what was sent, when it may be received, and how it ended. Order is kept, whatever each piece is
/// delayed by. One sender and one receiver at a time.
/// </summary>
internal sealed class MemoryPipe : IDisposable
{
    /// <summary>What may be under way before who sends waits, as a socket's buffers on both ends hold.</summary>
    private const int WindowBytes = 4 * 1024 * 1024;

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Queue<Piece> _pieces = new();
    private readonly AsyncSignal _came = new(inline: false);
    private readonly AsyncSignal _room = new(inline: false);
    private int _taken;
    private long _queuedBytes;
    private long _lastAt;
    private bool _isHeld;
    private SocketError _sender;
    private SocketError _receiver;

    public MemoryPipe(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((AsyncSignal)state!).Set(), _came, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>While true nothing more is received, though it was sent.</summary>
    public bool IsHeld
    {
        get => Volatile.Read(ref _isHeld);
        set
        {
            lock (_lock)
            {
                _isHeld = value;
            }

            _came.Set();
        }
    }

    /// <summary>True when bytes that arrived, or will, are not received yet.</summary>
    public bool HasUnread
    {
        get
        {
            lock (_lock)
            {
                return _queuedBytes > 0;
            }
        }
    }

    public async ValueTask SendAsync(WireBuffer message, TimeSpan delay)
    {
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var rest = message.Segment(i);
            while (!rest.IsEmpty)
            {
                var count = Add(rest, delay);
                rest = rest[count..];
                if (count == 0)
                {
                    await _room.WaitAsync();
                }
            }
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        while (true)
        {
            if (TryReceive(into, out var count))
            {
                return count;
            }

            await _came.WaitAsync();
        }
    }

    /// <summary>The sender sends no more: who receives learns of it behind what was sent before.</summary>
    public void End(TimeSpan delay, SocketError how)
    {
        lock (_lock)
        {
            if (_sender != SocketError.Success)
            {
                return;
            }

            _sender = SocketError.OperationAborted;
            Enqueue(new Piece([], how), delay);
        }

        _room.Set();
        _came.Set();
    }

    /// <summary>The receiver takes no more: what is under way is lost, and sending fails.</summary>
    public void Abandon(SocketError sender)
    {
        lock (_lock)
        {
            Drop();
            _receiver = SocketError.OperationAborted;
            if (_sender == SocketError.Success)
            {
                _sender = sender;
            }
        }

        _room.Set();
        _came.Set();
    }

    /// <summary>The line is cut: what is under way is lost, and both ends fail.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            Drop();
            _isHeld = false;
            _sender = _sender == SocketError.Success ? SocketError.ConnectionReset : _sender;
            _receiver = _receiver == SocketError.Success ? SocketError.ConnectionReset : _receiver;
        }

        _room.Set();
        _came.Set();
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Adds what the window has room for; 0 when it has none.</summary>
    private int Add(ReadOnlyMemory<byte> bytes, TimeSpan delay)
    {
        lock (_lock)
        {
            if (_sender != SocketError.Success)
            {
                throw new SocketException((int)_sender);
            }

            var count = (int)Math.Min(bytes.Length, WindowBytes - _queuedBytes);
            if (count == 0)
            {
                return 0;
            }

            Enqueue(new Piece(bytes[..count].ToArray(), SocketError.Success), delay);
            _queuedBytes += count;
            bytes = bytes[..count];
        }

        _came.Set();
        return bytes.Length;
    }

    /// <summary>False when nothing can be received now; then <see cref="_came"/> tells when it is worth another look.</summary>
    private bool TryReceive(Memory<byte> into, out int count)
    {
        count = 0;
        lock (_lock)
        {
            if (_receiver != SocketError.Success)
            {
                throw new SocketException((int)_receiver);
            }

            if (_isHeld || !_pieces.TryPeek(out var piece) || !IsThere(piece))
            {
                return false;
            }

            if (piece.Bytes.Length == 0)
            {
                return piece.End == SocketError.Success ? true : throw new SocketException((int)piece.End);
            }

            count = Math.Min(into.Length, piece.Bytes.Length - _taken);
            piece.Bytes.AsSpan(_taken, count).CopyTo(into.Span);
            _taken += count;
            _queuedBytes -= count;
            if (_taken == piece.Bytes.Length)
            {
                _pieces.Dequeue();
                _taken = 0;
            }
        }

        _room.Set();
        return true;
    }

    private bool IsThere(in Piece piece)
    {
        var now = _time.GetTimestamp();
        if (piece.At <= now)
        {
            return true;
        }

        _timer.Change(_time.GetElapsedTime(now, piece.At) + TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan);
        return false;
    }

    private void Enqueue(Piece piece, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero || _lastAt > 0)
        {
            _lastAt = Math.Max(_lastAt, _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency));
            piece = piece with { At = _lastAt };
        }

        _pieces.Enqueue(piece);
    }

    private void Drop()
    {
        _pieces.Clear();
        _queuedBytes = _taken = 0;
    }

    /// <param name="Bytes">What was sent; none for the end.</param>
    /// <param name="End">How it ended: Success in good order.</param>
    private readonly record struct Piece(byte[] Bytes, SocketError End)
    {
        /// <summary>The moment from which on it can be received.</summary>
        public long At { get; init; }
    }
}
