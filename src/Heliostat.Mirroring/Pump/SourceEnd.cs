namespace Heliostat.Mirroring.Pump;

/// <summary>
/// What is known of the source's end: from what is fetched, and from who asks for it while nothing is fetched. Behind the lane's lock.
/// </summary>
internal sealed class SourceEnd(TimeProvider time)
{
    /// <summary>An end that nobody has heard of for longer than this is not known any more.</summary>
    private static readonly TimeSpan GoesStale = TimeSpan.FromSeconds(30);

    /// <summary>Transactions last a while; one that holds back longer than this is looked at.</summary>
    private static readonly TimeSpan HeldAfter = TimeSpan.FromSeconds(10);

    private readonly EndMarks _marks = new();
    private long _end = -1;
    private long _heardAt;

    /// <summary>Where the oldest open transaction begins, while that is what the lane waits for; -1 while it does not.</summary>
    private long _heldAt = -1;

    private long _heldSince;

    /// <summary>The end that was fetched last; -1 before the first.</summary>
    public long HighWatermark { get; private set; } = -1;

    /// <summary>Whose transaction it waits for; null while nobody has told.</summary>
    public string? Holder { get; private set; }

    /// <summary>
    /// The offset of the open transaction that has kept the lane waiting for a while, until it is told whose it is; null for none.
    /// </summary>
    public long? UnnamedHold => Holder is null && _heldAt >= 0 && time.GetElapsedTime(_heldSince) >= HeldAfter ? _heldAt : null;

    /// <summary>Since when it waits for the end of a transaction.</summary>
    public DateTimeOffset HeldSince => time.GetUtcNow() - time.GetElapsedTime(_heldSince);

    /// <summary>
    /// The end that a fetch answer tells, and up to where it may be read; <paramref name="waitsAt"/>: nothing came, and the lane stands
    /// there. Everything before <paramref name="position"/> is mirrored.
    /// </summary>
    public void Hear(long highWatermark, long stable, long? waitsAt, long position)
    {
        HighWatermark = highWatermark;
        See(highWatermark, position);
        var heldAt = waitsAt >= stable && stable < highWatermark ? stable : -1;
        if (heldAt != _heldAt)
        {
            (_heldAt, _heldSince, Holder) = (heldAt, _heardAt, null);
        }
    }

    /// <summary>The end, asked for: of a lane that fetches it may be older than what it has seen.</summary>
    public void Tell(long end, bool isFetching, long position) => See(isFetching ? Math.Max(_end, end) : end, position);

    /// <summary>Whose transaction it is that begins at <paramref name="offset"/>; forgotten when the lane waits for it no more.</summary>
    public void Name(long offset, string holder)
    {
        if (_heldAt == offset)
        {
            Holder = holder;
        }
    }

    /// <summary>
    /// -1 while it is not known. Of a lane that stands still nothing is known of an end before its position: the log there is another one.
    /// </summary>
    public long Known(long position, bool standsStill) =>
        (_end < position && standsStill) || time.GetElapsedTime(_heardAt) > GoesStale ? -1 : _end;

    /// <summary>
    /// Since when the source has what is to be mirrored next; null where nothing is, or no end was heard of yet. What was there before the
    /// first look is at least as old as <paramref name="lastMirrored"/>, the time of what was mirrored last, or that look.
    /// </summary>
    public DateTimeOffset? BehindSince(long position, DateTimeOffset? lastMirrored)
    {
        if (_marks.Since(position, _end, Ticks(_heardAt), out var isExact) is not { } since)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var seen = now - TimeSpan.FromTicks(Ticks(time.GetTimestamp()) - since);
        return !isExact && lastMirrored < seen ? lastMirrored : seen;
    }

    private void See(long end, long position)
    {
        (_end, _heardAt) = (end, time.GetTimestamp());
        _marks.See(end, position, Ticks(_heardAt));
    }

    private long Ticks(long timestamp) => time.GetElapsedTime(0, timestamp).Ticks;
}
