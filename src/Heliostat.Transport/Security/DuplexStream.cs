using System.Numerics;
using System.Runtime.CompilerServices;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Security;

/// <summary>
/// A duplex as the stream that <see cref="System.Net.Security.SslStream"/> wants below it. Reads take what is there, far beyond the record
/// at hand: a record has at most 16 KiB, and a system call for each costs more than the copy. Of what the peer owes, much is waited for at
/// once.
/// </summary>
/// <param name="below">Whose bytes.</param>
/// <param name="mostAheadBytes">How much is read ahead at most.</param>
internal sealed class DuplexStream(IDuplex below, int mostAheadBytes) : Stream
{
    private const int FewestAheadBytes = 32 * 1024;

    /// <summary>More than the session has of a record that it has only begun to read (RFC 8446, 5.2).</summary>
    private const int HeldBytes = 18 * 1024;

    private const int ShownBytes = 8;

    private readonly WireBuffer _message = new();
    private readonly byte[] _first = new byte[ShownBytes];
    private byte[] _ahead = [];
    private int _firstCount;
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>How many bytes within TLS the peer still owes at least; they are no fewer below it.</summary>
    public int Owed { get; set; }

    /// <summary>The first bytes that the peer ever sent; none when it sent nothing.</summary>
    public ReadOnlySpan<byte> First => _first.AsSpan(0, _firstCount);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        return _end > _start ? new ValueTask<int>(Take(buffer.Span)) : ReceiveAsync(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _message.Clear();
        _message.Splice(buffer);
        return below.SendAsync(_message);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            below.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        MakeRoom();
        _start = 0;
        _end = await below.ReceiveSomeAsync(_ahead, Math.Max(0, Owed - HeldBytes));
        if (_firstCount == 0)
        {
            _firstCount = Math.Min(_end, ShownBytes);
            _ahead.AsSpan(0, _firstCount).CopyTo(_first);
        }

        return Take(buffer.Span);
    }

    /// <summary>Grows with what is owed, and stays: only connections that bring records need much.</summary>
    private void MakeRoom()
    {
        var bytes = Math.Clamp(Owed, FewestAheadBytes, mostAheadBytes);
        if (_ahead.Length < bytes)
        {
            _ahead = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)bytes), pinned: true);
        }
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end - _start);
        _ahead.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }
}
