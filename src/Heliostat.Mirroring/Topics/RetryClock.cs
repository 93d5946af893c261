using Heliostat.Transport;

namespace Heliostat.Mirroring.Topics;

/// <summary>Remembers what failed, why, and when it may be tried again; each thing backs off on its own. For one caller at a time, but for <see cref="Trouble"/>.</summary>
internal sealed class RetryClock(TimeProvider time, TimeSpan first, TimeSpan last)
{
    private readonly BackOff _backOff = new(first, last, random: null);
    private readonly Dictionary<string, Failure> _failures = new(StringComparer.Ordinal);
    private volatile string? _trouble;

    /// <summary>What failed last time.</summary>
    public IReadOnlyDictionary<string, Failure> Failures => _failures;

    /// <summary>Why the first of the topics failed, and how many more there are; null when none did.</summary>
    public string? Trouble => _trouble;

    /// <summary>When something that failed may be tried again; null when nothing did.</summary>
    public DateTimeOffset? NextRetry => _failures.Count == 0 ? null : _failures.Values.Min(failure => failure.RetryAt);

    /// <summary>Whether it never failed, or has waited long enough.</summary>
    public bool IsDue(string thing) => !_failures.TryGetValue(thing, out var failure) || failure.RetryAt <= time.GetUtcNow();

    /// <summary>True when this is news: it failed for the first time, or for another cause than before.</summary>
    public bool Failed(string thing, string cause)
    {
        var now = time.GetUtcNow();
        var before = _failures.GetValueOrDefault(thing);
        var count = (before?.Count ?? 0) + 1;
        _failures[thing] = new Failure(cause, count, before?.Since ?? now, now + _backOff.Next(count));
        Tell();
        return before?.Cause != cause;
    }

    /// <summary>How often it had failed; zero when this is no news.</summary>
    public int Succeeded(string thing)
    {
        if (!_failures.Remove(thing, out var failure))
        {
            return 0;
        }

        Tell();
        return failure.Count;
    }

    /// <summary>Forgets what nobody asks for any more.</summary>
    public void Keep(Func<string, bool> isStillWanted)
    {
        foreach (var gone in _failures.Keys.Where(thing => !isStillWanted(thing)).ToList())
        {
            Succeeded(gone);
        }
    }

    private void Tell()
    {
        var cause = _failures.Values.FirstOrDefault()?.Cause;
        _trouble = _failures.Count > 1 ? $"{cause}; and {_failures.Count - 1} more topics" : cause;
    }

    /// <summary>Why it failed, how often in a row, since when, and when it may be tried again.</summary>
    internal sealed record Failure(string Cause, int Count, DateTimeOffset Since, DateTimeOffset RetryAt);
}
