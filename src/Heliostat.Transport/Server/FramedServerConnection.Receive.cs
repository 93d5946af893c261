using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Heliostat.Transport.Server;

public sealed partial class FramedServerConnection
{
    /// <summary>What must have come of a frame before memory for a larger one is rented.</summary>
    private const int ReceiveBufferBytes = 2048;

    private const int SizeBytes = 4;

    private readonly byte[] _received = new byte[ReceiveBufferBytes];
    private int _receivedStart;
    private int _receivedEnd;
    private long _mutedUntil;

    /// <summary>Reads no further request for so long after the present one (KIP-219).</summary>
    public void Mute(TimeSpan silence)
    {
        if (silence > TimeSpan.Zero) _mutedUntil = _time.GetTimestamp() + (long)(silence.TotalSeconds * _time.TimestampFrequency);
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

            FrameEnded();
            await _handler.HandleAsync(this, frame, ct);
            if (_mutedUntil != 0) await HoldBackAsync(_mutedUntil);
            _mutedUntil = 0;
            Handled();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Frame?> ReceiveFrameAsync(int size, CancellationToken ct)
    {
        var first = Math.Min(size, ReceiveBufferBytes - SizeBytes);
        if (_receivedEnd - _receivedStart < first && !await FillAsync(first)) return null;

        FrameEnded();
        var frameOwned = await _pool.RentAsync(size, ct);
        try
        {
            FrameBegun(size);
            var memory = frameOwned.Memory;
            var at = Math.Min(size, _receivedEnd - _receivedStart);
            _received.AsSpan(_receivedStart, at).CopyTo(memory.Span);
            _receivedStart += at;
            while (at < size)
            {
                Unfilled(size - at);
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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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
            if (_receivedEnd > _receivedStart) FrameBegun(count);
            var read = await ReceiveAsync(_received.AsMemory(_receivedEnd));
            if (read == 0) return false;

            _receivedEnd += read;
        }

        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        try
        {
            var count = await _duplex.ReceiveAsync(into);
            Active();
            return count;
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            Close(Server.CloseReason.PeerLost);
            throw;
        }
    }
}
