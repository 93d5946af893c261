namespace Heliostat.Broker.Logs;

/// <summary>Keeps segments in memory, and nothing beyond the process.</summary>
internal sealed class MemoryStore : ILogStore
{
    public IReadOnlyList<StoredSegment> Open() => [];

    public ISegmentBytes Create(long baseOffset) => new MemoryBytes();

    public void SaveLogStart(long logStartOffset)
    {
    }

    public void SaveEpochs(IReadOnlyList<(int Epoch, long StartOffset)> epochs)
    {
    }

    public long LoadLogStart() => 0;

    public IReadOnlyList<(int Epoch, long StartOffset)> LoadEpochs() => [];

    public void Delete()
    {
    }
}
