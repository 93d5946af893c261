using System.Collections.Concurrent;

namespace Heliostat.Broker.Quotas;

/// <summary>
/// Bytes against a rate: a bucket of one window's worth that refills with time. What goes below empty is the time a client must be silent
/// (ClientQuotaManager, with its window of one second).
/// </summary>
internal sealed class QuotaMeter(TimeProvider time)
{
    private static readonly TimeSpan MaxThrottle = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string User, string ClientId, string Key), Bucket> _buckets = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>Clients that are remembered, because they have used some of their window.</summary>
    public int Count => _buckets.Count;

    /// <summary>Counts bytes, and says how long the client must be silent for them.</summary>
    public TimeSpan Record(string user, string clientId, string key, double bytesPerSecond, long byteCount)
    {
        SweepIfDue();
        var bucket = _buckets.GetOrAdd((user, clientId, key), static (_, now) => new Bucket { At = now, Left = double.NaN },
            time.GetTimestamp());
        lock (bucket)
        {
            var now = time.GetTimestamp();
            var refill = time.GetElapsedTime(bucket.At, now).TotalSeconds * bytesPerSecond;
            bucket.Rate = bytesPerSecond;
            bucket.Left = Math.Min(bytesPerSecond, double.IsNaN(bucket.Left) ? bytesPerSecond : bucket.Left + refill) - byteCount;
            bucket.At = now;
            if (bucket.Left >= 0) return TimeSpan.Zero;

            var wait = TimeSpan.FromSeconds(Math.Min(-bucket.Left / bytesPerSecond, MaxThrottle.TotalSeconds));
            return wait;
        }
    }

    /// <summary>Forgets those whose bucket is full again: a new one would be the same.</summary>
    private void SweepIfDue()
    {
        var swept = Volatile.Read(ref _sweptAt);
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(swept, now) < SweepInterval || Interlocked.CompareExchange(ref _sweptAt, now, swept) != swept) return;

        foreach (var (client, bucket) in _buckets)
        {
            lock (bucket)
            {
                if (bucket.Left + (time.GetElapsedTime(bucket.At, now).TotalSeconds * bucket.Rate) >= bucket.Rate)
                    _buckets.TryRemove(client, out _);
            }
        }
    }

    private sealed class Bucket
    {
        public double Rate;
        public long At;
        public double Left;
    }
}
