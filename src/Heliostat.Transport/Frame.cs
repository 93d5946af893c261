namespace Heliostat.Transport;

/// <summary>
/// Rented bytes with a count of owners: each owner disposes once, the last one returns the bytes to their <see cref="FramePool"/>.
/// </summary>
public sealed class Frame : IDisposable
{
    private readonly FramePool _pool;
    private TrackedMemory? _tracked;
    private int _owners;

    internal Frame(FramePool pool)
    {
        _pool = pool;
    }

    /// <summary>The bytes, <see cref="Length"/> of them. Not to be touched after the last owner's <see cref="Dispose"/>.</summary>
    public Memory<byte> Memory => _tracked is null ? Array.AsMemory(0, Length) : _tracked.Memory[..Length];

    public int Length { get; private set; }

    internal byte[] Array { get; private set; } = [];

    /// <summary>Adds an owner, who owes a <see cref="Dispose"/>.</summary>
    public void Retain()
    {
        if (Interlocked.Increment(ref _owners) <= 1)
        {
            throw new InvalidOperationException("frame retained after it was returned");
        }
    }

    /// <summary>Gives up one ownership.</summary>
    public void Dispose()
    {
        var owners = Interlocked.Decrement(ref _owners);
        if (owners > 0)
        {
            return;
        }

        if (owners < 0)
        {
            throw new InvalidOperationException("frame returned twice");
        }

        _pool.Return(this);
    }

    internal void Begin(byte[] array, int length, bool tracked)
    {
        Array = array;
        Length = length;
        _tracked = tracked ? new TrackedMemory(array) : null;
        Volatile.Write(ref _owners, 1);
    }

    /// <summary>Where a tracked frame was rented.</summary>
    internal string? Origin => _tracked?.Origin;

    /// <summary>Gives the array back; a tracked frame's memory fails from now on.</summary>
    internal byte[] End()
    {
        var array = Array;
        _tracked?.End();
        Array = [];
        Length = 0;
        return array;
    }
}
