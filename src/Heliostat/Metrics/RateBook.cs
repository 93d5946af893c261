namespace Heliostat.Metrics;

/// <summary>
/// How fast totals grow, from one look to the next, over half a minute to a minute. Nothing is done while nobody looks. Thread-safe.
/// </summary>
internal sealed class RateBook
{
    private const int MostKept = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Flow, string Topic, int Partition), (Totals Base, Totals Next)> _kept = [];

    /// <summary>A second's records and bytes since a look up to a minute ago; 0 at the first look.</summary>
    public (double Records, double Bytes) Of((string Flow, string Topic, int Partition) lane, long records, long bytes, DateTimeOffset at)
    {
        var now = new Totals(at, records, bytes);
        lock (_gate)
        {
            if (_kept.Count > MostKept)
            {
                _kept.Clear();
            }

            if (!_kept.TryGetValue(lane, out var before))
            {
                _kept[lane] = (now, now);
                return (0, 0);
            }

            if (at - before.Next.At >= Window)
            {
                _kept[lane] = (before.Next, now);
            }

            var since = at - before.Next.At >= Window ? before.Next : before.Base;
            var seconds = (at - since.At).TotalSeconds;
            return seconds <= 0 ? (0, 0) : ((records - since.Records) / seconds, (bytes - since.Bytes) / seconds);
        }
    }

    private readonly record struct Totals(DateTimeOffset At, long Records, long Bytes);
}
