namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Whether those who claimed are still there: they go on marking it. Clocks of others are not asked. For one caller at a time.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ClaimMarks(TimeProvider time)
{
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string State, string By), (string Mark, long Since)> _seen = [];

    /// <param name="state">The state topic.</param>
    /// <param name="by">Who claimed.</param>
    /// <param name="mark">The mark that was read now.</param>
    public bool IsThere(string state, string by, string mark)
    {
        var now = time.GetTimestamp();
        if (!_seen.TryGetValue((state, by), out var seen) || seen.Mark != mark)
        {
            _seen[(state, by)] = (mark, now);
            return true;
        }

        return time.GetElapsedTime(seen.Since, now) < MostSilence;
    }

    /// <summary>Forgets who left no mark any more.</summary>
    public void Keep(Func<(string State, string By), bool> isWanted)
    {
        foreach (var gone in _seen.Keys.Where(who => !isWanted(who)).ToList())
        {
            _seen.Remove(gone);
        }
    }
}
