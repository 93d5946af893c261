using Heliostat.Transport;

namespace Heliostat.Mirroring.Topics;

/// <summary>Remembers what failed, why, and when it may be tried again; each thing backs off on its own. For one caller at a time.</summary>
internal sealed class RetryClock(TimeProvider time, TimeSpan first, TimeSpan last)
{
    private readonly BackOff _backOff = new(first, last, random: null);
    private readonly Dictionary<string, Failure> _failures = new(StringComparer.Ordinal);

    /// <summary>What failed last time.</summary>
    public IReadOnlyDictionary<string, Failure> Failures => _failures;

    /// <summary>Whether it never failed, or has waited long enough.</summary>
    public bool IsDue(string thing) => !_failures.TryGetValue(thing, out var failure) || failure.RetryAt <= time.GetUtcNow();

    /// <summary>True when this is news: it failed for the first time, or for another cause than before.</summary>
    public bool Failed(string thing, string cause)
    {
        var before = _failures.GetValueOrDefault(thing);
        var count = (before?.Count ?? 0) + 1;
        _failures[thing] = new Failure(cause, count, time.GetUtcNow() + _backOff.Next(count));
        return before?.Cause != cause;
    }

    /// <summary>True when this is news: it had failed before.</summary>
    public bool Succeeded(string thing) => _failures.Remove(thing);

    /// <summary>Forgets what nobody asks for any more.</summary>
    public void Keep(Func<string, bool> isStillWanted)
    {
        foreach (var gone in _failures.Keys.Where(thing => !isStillWanted(thing)).ToList())
        {
            _failures.Remove(gone);
        }
    }

    /// <summary>Why it failed, how often in a row, and when it may be tried again.</summary>
    internal sealed record Failure(string Cause, int Count, DateTimeOffset RetryAt);
}
