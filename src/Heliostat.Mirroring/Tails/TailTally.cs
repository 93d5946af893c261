namespace Heliostat.Mirroring.Tails;

/// <summary>
/// What comparing a tail has found so far, and where the lane would go on by it. Invariant: what is behind <c>_resume</c> was not found on
/// the target, and all that was found before it is in the runs, or was found twice.
/// </summary>
internal sealed class TailTally
{
    private readonly TailRuns _runs = new();
    private readonly long _from;
    private long _resume;
    private long _lastTarget;
    private long _matched;
    private long _repeated;
    private long _foreign;
    private long _passedOver;
    private long _skipped;

    /// <param name="anchor">Where both sides are known.</param>
    public TailTally(TailAnchor anchor)
    {
        _from = _resume = anchor.Source;
        _lastTarget = anchor.Target - 1;
    }

    /// <summary>So many records from these offsets on are the same on both sides.</summary>
    public void Found(long source, long target, long count)
    {
        var known = Math.Clamp(_resume - source, 0, count);
        _repeated += known;
        if (known < count)
        {
            _matched += count - known;
            _runs.Add(source + known, target + known, count - known);
            (_resume, _lastTarget) = (source + count, target + count - 1);
        }
    }

    /// <summary>So many records of the source were skipped: what they were mirrored to is gone.</summary>
    public void Skipped(long count)
    {
        _skipped += count;
        _runs.MarkUnknown(count > 0);
    }

    /// <summary>A record of the target was passed over: what it was mirrored from is gone.</summary>
    public void PassedOver() => _passedOver++;

    /// <summary>So many records of the target are another writer's.</summary>
    public void Foreign(long count) => _foreign += count;

    /// <summary>What was found.</summary>
    /// <param name="isCutShort">The tail was not looked at to its end.</param>
    /// <param name="isTargetGone">The target had lost records that were asked for.</param>
    public TailOutcome Outcome(bool isCutShort, bool isTargetGone) => new()
    {
        Verdict = isCutShort || _skipped > 0 ? TailVerdict.Unverified
            : _matched + _repeated > 0 ? TailVerdict.Matched
            : isTargetGone ? TailVerdict.TargetGone
            : _passedOver > 0 ? TailVerdict.SourceGone
            : TailVerdict.Nothing,
        From = _from,
        Resume = _resume,
        LastTarget = _lastTarget,
        Runs = _runs.All,
        Matched = _matched,
        Repeated = _repeated,
        Foreign = _foreign,
        Unconfirmed = _skipped + _passedOver,
    };
}
