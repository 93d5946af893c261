namespace Heliostat.Mirroring.Lanes;

/// <summary>Rates over the last few seconds, from totals sampled at irregular times by one loop; read by anybody.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(long At, long Records, long Bytes)> _samples = new();
    private Rates _now = new(0, 0);

    /// <summary>Between the oldest sample in the window and the newest.</summary>
    public Rates Now => Volatile.Read(ref _now);

    /// <summary>Takes the totals as they are now.</summary>
    public void Sample(long records, long bytes)
    {
        var now = time.GetTimestamp();
        _samples.Enqueue((now, records, bytes));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
        {
            _samples.Dequeue();
        }

        var oldest = _samples.Peek();
        var seconds = time.GetElapsedTime(oldest.At, now).TotalSeconds;
        Volatile.Write(ref _now,
            seconds <= 0 ? new Rates(0, 0) : new Rates((records - oldest.Records) / seconds, (bytes - oldest.Bytes) / seconds));
    }
}
