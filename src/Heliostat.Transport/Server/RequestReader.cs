using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Server;

/// <summary>
/// Takes requests off a client's duplex. Memory for a large one is rented only when its beginning is there. Used by one loop.
/// </summary>
internal sealed class RequestReader(IDuplex duplex, int maxFrameBytes, FramePool pool, PeerActivity activity)
{
    /// <summary>What must have come of a frame before memory for a larger one is rented.</summary>
    private const int BufferBytes = 2048;

    private const int SizeBytes = 4;

    private readonly byte[] _received = new byte[BufferBytes];
    private int _start;
    private int _end;

    /// <summary>The size of the next request; null, with the reason, when there will be none.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(int Size, CloseReason? End)> ReadSizeAsync()
    {
        if (!await FillAsync(SizeBytes)) return (0, _end == _start ? CloseReason.PeerClosed : CloseReason.PeerLost);

        var size = BinaryPrimitives.ReadInt32BigEndian(_received.AsSpan(_start));
        if (size < 0 || size > maxFrameBytes) return (0, CloseReason.BadFrameSize);

        _start += SizeBytes;
        return (size, null);
    }

    /// <summary>The request of <paramref name="size"/> bytes, which the caller owns; null when the peer ends amid it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame?> ReadBodyAsync(int size, CancellationToken ct)
    {
        var first = Math.Min(size, BufferBytes - SizeBytes);
        if (_end - _start < first && !await FillAsync(first)) return null;

        activity.FrameEnded();
        var frameOwned = await pool.RentAsync(size, ct);
        try
        {
            activity.FrameBegun(size);
            var memory = frameOwned.Memory;
            var at = Math.Min(size, _end - _start);
            _received.AsSpan(_start, at).CopyTo(memory.Span);
            _start += at;
            while (at < size)
            {
                activity.Unfilled(size - at);
                var count = await ReceiveAsync(memory[at..]);
                if (count == 0)
                {
                    frameOwned.Dispose();
                    return null;
                }

                at += count;
            }

            activity.FrameEnded();
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
        if (_start == _end) _start = _end = 0;
        if (_received.Length - _start < count)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
        {
            if (_end > _start) activity.FrameBegun(count);
            var read = await ReceiveAsync(_received.AsMemory(_end));
            if (read == 0) return false;

            _end += read;
        }

        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        var count = await duplex.ReceiveAsync(into);
        activity.Received();
        return count;
    }
}
