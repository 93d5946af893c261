using System.Collections.Concurrent;

namespace Heliostat.Broker.Quotas;

/// <summary>
/// Bytes against a rate: a bucket of one window's worth that refills with time. What goes below empty is the time a client must be silent
/// (ClientQuotaManager, with its window of one second).
/// </summary>
internal sealed class QuotaMeter(TimeProvider time)
{
    private static readonly TimeSpan MaxThrottle = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string User, string ClientId, string Key), Bucket> _buckets = new();

    /// <summary>Counts bytes, and says how long the client must be silent for them.</summary>
    public TimeSpan Record(string user, string clientId, string key, double bytesPerSecond, long byteCount)
    {
        var bucket = _buckets.GetOrAdd((user, clientId, key), static (_, now) => new Bucket { At = now, Left = double.NaN }, time.GetTimestamp());
        lock (bucket)
        {
            var now = time.GetTimestamp();
            var refill = time.GetElapsedTime(bucket.At, now).TotalSeconds * bytesPerSecond;
            bucket.Left = Math.Min(bytesPerSecond, double.IsNaN(bucket.Left) ? bytesPerSecond : bucket.Left + refill) - byteCount;
            bucket.At = now;
            if (bucket.Left >= 0) return TimeSpan.Zero;

            var wait = TimeSpan.FromSeconds(Math.Min(-bucket.Left / bytesPerSecond, MaxThrottle.TotalSeconds));
            return wait;
        }
    }

    private sealed class Bucket
    {
        public long At;
        public double Left;
    }
}
