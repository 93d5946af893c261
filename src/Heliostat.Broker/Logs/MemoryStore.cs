namespace Heliostat.Broker.Logs;

/// <summary>Keeps segments in memory, and nothing beyond the process.</summary>
internal sealed class MemoryStore : ILogStore
{
    public bool IsDurable => false;

    public bool WasClosedCleanly => true;

    public IReadOnlyList<StoredSegment> Open() => [];

    public ISegmentBytes Create(long baseOffset) => new MemoryBytes();

    public ISegmentBytes CreateCleaned(long baseOffset) => new MemoryBytes();

    public void Replace(ISegmentBytes cleaned, IReadOnlyList<ISegmentBytes> old)
    {
        foreach (var bytes in old) bytes.Delete();
    }

    public void Save(string name, ReadOnlySpan<byte> bytes)
    {
    }

    public byte[]? Load(string name) => null;

    public void Remove(string name)
    {
    }

    public void Delete()
    {
    }
}
