using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Heliostat.Transport.Network;

namespace Heliostat.Transport;

/// <summary>
/// Takes size-prefixed frames off a duplex. A few bytes are read ahead, so that small frames share a system call; the rest of a large one
/// is received into its place.
/// </summary>
internal sealed class FrameReader(IDuplex duplex, int maxFrameBytes)
{
    /// <summary>The size and the first number of a frame: the correlation id of an answer, or the key and version of a request.</summary>
    private const int HeadBytes = 8;

    private const int SizeBytes = 4;
    private const int ReadAheadBytes = 512;

    private readonly byte[] _ahead = GC.AllocateUninitializedArray<byte>(ReadAheadBytes, pinned: true);
    private int _start;
    private int _end;
    private volatile bool _bare;

    /// <summary>Bytes of the frame at hand, its size not counted.</summary>
    public int Size { get; private set; }

    /// <summary>The four bytes behind the size, as a number.</summary>
    public int First { get; private set; }

    /// <summary>The next frame holds bare bytes, perhaps none: no number is awaited behind its size.</summary>
    public bool IsBare
    {
        get => _bare;
        set => _bare = value;
    }

    /// <summary>What came of the head that was refused.</summary>
    public ReadOnlySpan<byte> Refused => _ahead.AsSpan(_start, _end - _start);

    /// <summary>Reads the head of the next frame.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FrameHead> ReadHeadAsync()
    {
        while (_end - _start < Needed())
        {
            // A size that cannot be Kafka's is refused before the peer says more, or nothing.
            if (_end - _start >= SizeBytes && !SizeIsBelievable())
            {
                return FrameHead.Unbelievable;
            }

            if (_start > 0)
            {
                _ahead.AsSpan(_start, _end - _start).CopyTo(_ahead);
                _end -= _start;
                _start = 0;
            }

            var received = await duplex.ReceiveAsync(_ahead.AsMemory(_end));
            if (received == 0)
            {
                return _end == 0 ? FrameHead.End : FrameHead.Cut;
            }

            _end += received;
        }

        if (!SizeIsBelievable())
        {
            return FrameHead.Unbelievable;
        }

        First = _bare ? 0 : BinaryPrimitives.ReadInt32BigEndian(_ahead.AsSpan(_start + SizeBytes));
        return FrameHead.Read;
    }

    /// <summary>Leaves the size behind: what follows is read as the body.</summary>
    public void BeginBody() => _start += SizeBytes;

    /// <summary>
    /// Reads of the body, <see cref="First"/> included, what came, into the place for its rest. 0 when the peer ended amid it.
    /// </summary>
    public ValueTask<int> ReadBodyAsync(Memory<byte> rest)
    {
        var ahead = Math.Min(rest.Length, _end - _start);
        if (ahead == 0)
        {
            return duplex.ReceiveAsync(rest);
        }

        _ahead.AsSpan(_start, ahead).CopyTo(rest.Span);
        _start += ahead;
        return new ValueTask<int>(ahead);
    }

    private int Needed() => _bare ? SizeBytes : HeadBytes;

    private bool SizeIsBelievable()
    {
        Size = BinaryPrimitives.ReadInt32BigEndian(_ahead.AsSpan(_start));
        return Size >= Needed() - SizeBytes && Size <= maxFrameBytes;
    }
}
