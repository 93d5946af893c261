namespace Heliostat.Mirroring.Lanes;

/// <summary>Rates over the last few seconds, from totals sampled at irregular times. One caller at a time.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<Sample> _samples = new();

    /// <summary>Takes the totals as they are now; records and bytes per second since the oldest sample in the window.</summary>
    public (double Records, double Bytes) Sampled(long records, long bytes)
    {
        var now = time.GetTimestamp();
        _samples.Enqueue(new Sample(now, records, bytes));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
        {
            _samples.Dequeue();
        }

        var oldest = _samples.Peek();
        var seconds = time.GetElapsedTime(oldest.At, now).TotalSeconds;
        return seconds <= 0 ? (0, 0) : ((records - oldest.Records) / seconds, (bytes - oldest.Bytes) / seconds);
    }

    private readonly record struct Sample(long At, long Records, long Bytes);
}
