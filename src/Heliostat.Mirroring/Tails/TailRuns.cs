namespace Heliostat.Mirroring.Tails;

/// <summary>Gathers facts into as few runs as they make.</summary>
internal sealed class TailRuns
{
    private readonly List<TailRun> _runs = [];
    private bool _isAfterUnknown;

    public IReadOnlyList<TailRun> All => _runs;

    /// <summary>What comes next stands behind records that could not be compared.</summary>
    public void MarkUnknown(bool isUnknown) => _isAfterUnknown |= isUnknown;

    public void Add(long source, long target, long count)
    {
        if (!_isAfterUnknown && _runs.Count > 0 && _runs[^1] is var last && last.Source + last.Count == source
            && last.Target + last.Count == target)
        {
            _runs[^1] = last with { Count = last.Count + count };
        }
        else
        {
            _runs.Add(new TailRun(source, target, count, _isAfterUnknown));
        }

        _isAfterUnknown = false;
    }
}
