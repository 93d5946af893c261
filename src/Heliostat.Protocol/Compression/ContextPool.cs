using System.Collections.Concurrent;

namespace Heliostat.Protocol.Compression;

/// <summary>Keeps codec contexts, which are large and slow to make, for the next batch: at most one for each processor.</summary>
internal sealed class ContextPool<TContext>(Func<TContext> create)
    where TContext : IDisposable
{
    private readonly ConcurrentQueue<TContext> _idle = new();

    public TContext Rent() => _idle.TryDequeue(out var context) ? context : create();

    public void Return(TContext context)
    {
        if (_idle.Count < Environment.ProcessorCount) _idle.Enqueue(context);
        else context.Dispose();
    }
}
