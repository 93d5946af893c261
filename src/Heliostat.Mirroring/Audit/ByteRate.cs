namespace Heliostat.Mirroring.Audit;

/// <summary>Keeps all that read together below so many bytes a second.</summary>
/// <param name="bytesPerSecond">Null for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class ByteRate(long? bytesPerSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _paidTo;

    /// <summary>Waits until so many bytes, which were read, are within the limit.</summary>
    public Task PayAsync(long bytes, CancellationToken ct)
    {
        if (bytesPerSecond is not { } limit)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            var now = time.GetElapsedTime(_started);
            _paidTo = (_paidTo > now ? _paidTo : now) + TimeSpan.FromSeconds((double)bytes / limit);
            return Task.Delay(_paidTo - now, time, ct);
        }
    }
}
