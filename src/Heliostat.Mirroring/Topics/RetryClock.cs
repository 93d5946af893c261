using Heliostat.Mirroring.Troubles;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Remembers what failed, why, and when it may be tried again; each thing backs off on its own. For one caller at a time, but for
/// <see cref="Trouble"/>.
/// </summary>
internal sealed class RetryClock(TimeProvider time, TimeSpan first, TimeSpan last)
{
    private readonly BackOff _backOff = new(first, last, random: null);
    private readonly Dictionary<string, Failure> _failures = new(StringComparer.Ordinal);
    private volatile Trouble? _trouble;

    /// <summary>What failed last time.</summary>
    public IReadOnlyDictionary<string, Failure> Failures => _failures;

    /// <summary>Why the first of the topics failed, and how many more there are; null when none did.</summary>
    public Trouble? Trouble => _trouble;

    /// <summary>When something that failed may be tried again; null when nothing did.</summary>
    public DateTimeOffset? NextRetry => _failures.Count == 0 ? null : _failures.Values.Min(failure => failure.RetryAt);

    /// <summary>Whether it never failed, or has waited long enough.</summary>
    public bool IsDue(string thing) => !_failures.TryGetValue(thing, out var failure) || failure.RetryAt <= time.GetUtcNow();

    /// <summary>True when this is news: it failed for the first time, or for another cause than before.</summary>
    public bool Failed(string thing, Trouble trouble)
    {
        var now = time.GetUtcNow();
        var before = _failures.GetValueOrDefault(thing);
        var count = (before?.Count ?? 0) + 1;
        _failures[thing] = new Failure(trouble with { Subject = thing, Since = before?.Since ?? now, NextTry = now + _backOff.Next(count) },
            count);
        Tell();
        return before?.Cause != trouble.Sentence;
    }

    /// <summary>As the other, of what was said with its side first.</summary>
    public bool Failed(string thing, string cause) => Failed(thing, Trouble.Said(TroubleKind.TopicNotReady, cause));

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
        var first = _failures.Values.FirstOrDefault()?.Trouble;
        _trouble = _failures.Count > 1 ? first! with { Detail = $"{first.Detail}; and {_failures.Count - 1} more topics" } : first;
    }

    /// <summary>Why it failed, how often in a row, since when, and when it may be tried again.</summary>
    internal sealed record Failure(Trouble Trouble, int Count)
    {
        public string Cause => Trouble.Sentence;

        public DateTimeOffset Since => Trouble.Since!.Value;

        public DateTimeOffset RetryAt => Trouble.NextTry!.Value;
    }
}
