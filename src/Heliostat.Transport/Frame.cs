namespace Heliostat.Transport;

/// <summary>Rented bytes with a count of owners: each owner disposes once, the last one returns the bytes to their <see cref="FramePool"/>.</summary>
public sealed class Frame : IDisposable
{
    /// <summary>The bytes, <see cref="Length"/> of them. Not to be touched after the last owner's <see cref="Dispose"/>.</summary>
    public Memory<byte> Memory => throw new NotSupportedException();

    public int Length => throw new NotSupportedException();

    /// <summary>Adds an owner, who owes a <see cref="Dispose"/>.</summary>
    public void Retain() => throw new NotSupportedException();

    /// <summary>Gives up one ownership.</summary>
    public void Dispose() => throw new NotSupportedException();
}
