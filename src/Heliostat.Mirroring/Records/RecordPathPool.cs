using System.Collections.Concurrent;
namespace Heliostat.Mirroring.Records;

/// <summary>Record paths at rest: as many as fetch loops work at once, not as many as lanes.</summary>
internal sealed class RecordPathPool(int maxDecompressedBytes) : IDisposable
{
    private readonly ConcurrentBag<RecordPath> _paths = [];

    public RecordPath Rent() => _paths.TryTake(out var path) ? path : new RecordPath(maxDecompressedBytes);

    public void Return(RecordPath path) => _paths.Add(path);

    public void Dispose()
    {
        while (_paths.TryTake(out var path))
        {
            path.Dispose();
        }
    }
}
