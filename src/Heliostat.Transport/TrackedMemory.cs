using System.Buffers;

namespace Heliostat.Transport;

/// <summary>A rented array that knows where it was rented, is overwritten when it is returned, and fails every use after that.</summary>
internal sealed class TrackedMemory(byte[] array) : MemoryManager<byte>
{
    private const byte Poison = 0xdd;

    private bool _ended;

    public string Origin { get; } = Environment.StackTrace;

    public void End()
    {
        _ended = true;
        array.AsSpan().Fill(Poison);
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_ended, typeof(Frame));
        return array;
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_ended, typeof(Frame));
        return array.AsMemory(elementIndex).Pin();
    }

    public override void Unpin()
    {
    }

    protected override bool TryGetArray(out ArraySegment<byte> segment)
    {
        ObjectDisposedException.ThrowIf(_ended, typeof(Frame));
        segment = array;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
    }
}
