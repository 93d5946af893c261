using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Tails;

/// <summary>
/// For a position that does not say where it is on the target: looks for the target's last records on the source from the position on. The
/// earliest place that fits is taken: it repeats at most; whether there are others is looked for only as far as the page at hand goes.
/// Where none fits, the target holds nothing from behind the position.
/// </summary>
/// <param name="suffix">The target's last records, in order.</param>
/// <param name="start">The stored position: the next source offset.</param>
/// <param name="maxBytes">So much of the source is looked at, at most.</param>
/// <param name="buffer">Takes what is decompressed.</param>
/// <param name="rules">What is done to the lane's records; null where nothing is.</param>
internal sealed class SuffixSearch(IReadOnlyList<LogRecord> suffix, long start, long maxBytes, DecompressionBuffer buffer,
    RecordRules? rules = null)
{
    private readonly LogCursor _source = new(start, long.MaxValue, buffer, rules);
    private readonly Queue<LogRecord> _last = new();
    private long? _found;
    private bool _isAmbiguous;

    /// <summary>Where the source's next page begins.</summary>
    public long SourceAt => _source.PageAt;

    public void TakeSource(LogPage page) => _source.Take(page);

    /// <summary>Looks as far as the pages go; true when more is needed.</summary>
    public bool Run()
    {
        if (suffix.Count == 0)
        {
            return false;
        }

        while (_source.TryPeek(out var next))
        {
            _source.Advance();
            _last.Enqueue(next);
            if (_last.Count > suffix.Count)
            {
                _last.Dequeue();
            }

            if (Fits())
            {
                _isAmbiguous = _found is not null;
                _found ??= next.Offset + 1;
                if (_isAmbiguous)
                {
                    return false;
                }
            }
        }

        return _found is null && !_source.IsAtEnd && _source.Bytes < maxBytes;
    }

    public TailOutcome Outcome() => new()
    {
        Verdict = _found is null ? TailVerdict.Nothing : _isAmbiguous ? TailVerdict.Ambiguous : TailVerdict.Matched,
        From = start,
        Resume = _found ?? start,
        LastTarget = _found is null || _isAmbiguous ? -1 : suffix[^1].Offset,
        SourceBytes = _source.Bytes,
        Runs = _found is { } next && !_isAmbiguous ? [new TailRun(next - 1, suffix[^1].Offset, 1, IsAfterUnknown: true)] : [],
    };

    /// <summary>What was read of the source ends as the target does; before the position nothing is compared.</summary>
    private bool Fits()
    {
        var skip = suffix.Count - _last.Count;
        foreach (var record in _last)
        {
            if (!record.IsSameAs(suffix[skip++]))
            {
                return false;
            }
        }

        return true;
    }
}
