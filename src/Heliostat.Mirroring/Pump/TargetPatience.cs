namespace Heliostat.Mirroring.Pump;

/// <summary>
/// When a running lane stops fetching for a while because of its target (a full queue, many small batches in it, silence), and when it is
/// to be looked at again. Behind the lane's lock.
/// </summary>
internal sealed class TargetPatience(TimeProvider time)
{
    /// <summary>How long the target may be silent before what is not sent yet is given back, so that it pins no memory.</summary>
    private static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    /// <summary>How soon a lane that rests for others looks whether there is room.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private long _restedAt;
    private long _acknowledgedAt = time.GetTimestamp();
    private long _lookedAt;

    /// <summary>
    /// Times in a row that a silent target was given up on with nothing in flight: what the wait before the next attempt grows with.
    /// </summary>
    private int _silences;

    /// <summary>It fetches nothing before there is room, or the target was given time.</summary>
    public bool IsResting { get; private set; }

    private TimeSpan LeastRest =>
        _silences == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(1 << Math.Min(_silences, 5), LongestRest.TotalSeconds));

    /// <summary>The first batch after none is in flight.</summary>
    public void Began(long at)
    {
        _lookedAt = at;
        _acknowledgedAt = _silences == 0 ? at : _acknowledgedAt;
    }

    /// <summary>The target acknowledged something.</summary>
    public void Heard()
    {
        _acknowledgedAt = _lookedAt = time.GetTimestamp();
        _silences = 0;
    }

    /// <summary>The lane goes on after a pause: the clocks begin anew.</summary>
    public void BeginAnew() => _acknowledgedAt = _lookedAt = time.GetTimestamp();

    /// <summary>What a silent target keeps waiting is looked at, for the first time since it is silent or once more.</summary>
    public void Look() => _lookedAt = time.GetTimestamp();

    /// <summary>
    /// What waits for a silent target was given back, and nothing of the lane is on its way when <paramref name="isEmpty"/>.
    /// </summary>
    public void GaveBack(bool isEmpty) => _silences += isEmpty ? 1 : 0;

    public void Rest()
    {
        IsResting = true;
        _restedAt = time.GetTimestamp();
    }

    public void EndRest() => IsResting = false;

    /// <summary>
    /// With <paramref name="inFlight"/> batches under way, the target has been silent for long enough to give back what was not sent.
    /// </summary>
    public bool IsSilent(int inFlight) => inFlight > 0 && time.GetElapsedTime(_lookedAt) > StallAfter;

    /// <summary>
    /// Nothing of the lane is on its way, so no acknowledgement will end its rest: others filled the outlet, or the target was silent.
    /// </summary>
    public bool HasRested(int inFlight) => IsResting && inFlight == 0 && time.GetElapsedTime(_restedAt) >= LeastRest;

    /// <summary>
    /// How long the target has been silent, and when it is tried again; null when that is not long, or nothing waits for it.
    /// </summary>
    public (TimeSpan Silent, TimeSpan RetryIn)? Stall(int inFlight)
    {
        var silent = time.GetElapsedTime(_acknowledgedAt);
        return (inFlight == 0 && _silences == 0) || silent < StallAfter ? null
            : (silent, inFlight == 0 ? LeastRest - time.GetElapsedTime(_restedAt) : TimeSpan.Zero);
    }

    /// <summary>When the lane is to be looked at again, as timestamps count; null when an event will come first.</summary>
    public long? DueAt(int inFlight, long now) =>
        inFlight > 0 ? _lookedAt + Ticks(StallAfter + LookAgain)
        : IsResting ? Math.Max(_restedAt + Ticks(LeastRest), now) + Ticks(LookAgain)
        : null;

    /// <summary>The time that lies so much ahead, and is not at once: what is due there may not be possible yet.</summary>
    public long After(TimeSpan wait, long now) => now + Ticks(wait > LookAgain ? wait : LookAgain);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
