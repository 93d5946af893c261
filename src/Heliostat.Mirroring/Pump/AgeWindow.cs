namespace Heliostat.Mirroring.Pump;

/// <summary>Ages in milliseconds over the last half to whole minute, in two windows as Kafka's metrics have them. Thread-safe.</summary>
internal sealed class AgeWindow
{
    private const long WindowMs = 30_000;

    private readonly Lock _gate = new();
    private Sums _now;
    private Sums _before;
    private long _last;

    /// <summary>Something is <paramref name="ms"/> old; <paramref name="nowMs"/> is the time of day in milliseconds.</summary>
    public void Add(long ms, long nowMs)
    {
        lock (_gate)
        {
            if (_now.Count == 0 || nowMs - _now.Began >= WindowMs)
            {
                (_before, _now) = (_now, new Sums { Began = nowMs, Min = ms, Max = ms });
            }

            _now.Min = Math.Min(_now.Min, ms);
            _now.Max = Math.Max(_now.Max, ms);
            _now.Sum += ms;
            _now.Count++;
            _last = ms;
        }
    }

    /// <summary>Null where nothing came for longer than both windows.</summary>
    public Ages? Read(long nowMs)
    {
        lock (_gate)
        {
            if (_now.Count == 0 || nowMs - _now.Began >= 2 * WindowMs)
            {
                return null;
            }

            var before = nowMs - _before.Began < 2 * WindowMs ? _before : default;
            return before.Count == 0
                ? new Ages(_last, _now.Min, _now.Max, (double)_now.Sum / _now.Count)
                : new Ages(_last, Math.Min(_now.Min, before.Min), Math.Max(_now.Max, before.Max),
                    (double)(_now.Sum + before.Sum) / (_now.Count + before.Count));
        }
    }

    private struct Sums
    {
        public long Began;
        public long Min;
        public long Max;
        public long Sum;
        public long Count;
    }
}
