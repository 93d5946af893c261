namespace Heliostat.Mirroring.Lanes;

/// <summary>When the source deletes what is to be mirrored next.</summary>
internal static class RetentionForecast
{
    /// <summary>
    /// By time, the record is deleted when it is as old as <paramref name="retention"/>; by size, when the log start has come as far, at
    /// the speed at which both moved so far. The earlier of them; null where neither tells.
    /// </summary>
    /// <param name="now">Where log start and lane are.</param>
    /// <param name="first">Where they were when the lane was first seen behind.</param>
    /// <param name="behindSince">Since when the source has what is to be mirrored next; null where that is not known.</param>
    /// <param name="retention">The topic's <c>retention.ms</c>; null where nothing is deleted by time, or that is not known.</param>
    public static DateTimeOffset? Of(RetentionMark now, RetentionMark first, DateTimeOffset? behindSince, TimeSpan? retention)
    {
        var byTime = behindSince is { } since && retention is { } keeps ? since + keeps : (DateTimeOffset?)null;
        return BySize(now, first) is { } bySize && !(byTime <= bySize) ? bySize : byTime;
    }

    private static DateTimeOffset? BySize(RetentionMark now, RetentionMark first)
    {
        if (now.LogStart >= now.Position && now.LogStart > first.LogStart)
        {
            return now.At;
        }

        var seconds = (now.At - first.At).TotalSeconds;
        var closer = now.LogStart - first.LogStart - (now.Position - first.Position);
        if (seconds <= 0 || closer <= 0 || now.LogStart == first.LogStart)
        {
            return null;
        }

        var left = (now.Position - now.LogStart) / (closer / seconds);
        return left < TimeSpan.FromDays(365).TotalSeconds ? now.At.AddSeconds(left) : null;
    }
}

/// <summary>Where a lane and the log start of its partition are at one time.</summary>
/// <param name="At">When.</param>
/// <param name="LogStart">The first offset that the source still has.</param>
/// <param name="Position">The next offset to mirror.</param>
internal readonly record struct RetentionMark(DateTimeOffset At, long LogStart, long Position);
