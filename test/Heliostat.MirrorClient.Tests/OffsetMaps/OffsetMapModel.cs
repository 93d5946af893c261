using Heliostat.MirrorClient.OffsetMaps;
using static Heliostat.MirrorClient.OffsetMaps.TranslationPrecision;

namespace Heliostat.MirrorClient.Tests.OffsetMaps;

/// <summary>What an offset map means, said as plainly as can be: one entry for each record.</summary>
internal sealed class OffsetMapModel
{
    private List<Entry> _entries = [];
    private long _logStart;
    private bool _isUnknownBehind;

    public long EndSource => _entries.Count == 0 ? 0 : _entries[^1].Source + _entries[^1].Count;

    public long EndTarget => _entries.Count == 0 ? 0 : _entries[^1].Target + _entries[^1].Count;

    public IEnumerable<Entry> Entries => _entries;

    public void Append(long source, long target, long count)
    {
        Cut(source, onSource: true);
        Cut(target, onSource: false);
        for (long n = 0; n < count; n++)
        {
            _entries.Add(new Entry(source + n, target + n, 1, n == 0 && _isUnknownBehind && source > EndSource && target > EndTarget));
        }

        _isUnknownBehind = false;
    }

    public void ResumeAt(long source, long? target)
    {
        if (source > EndSource && target != EndTarget)
        {
            _isUnknownBehind = target is null || target < EndTarget;
            if (!_isUnknownBehind)
            {
                _entries.Add(new Entry(source, target!.Value, 0, true));
            }
        }
    }

    public void Cut(long offset, bool onSource)
    {
        List<Entry> kept = [];
        long end = 0;
        foreach (var entry in _entries)
        {
            var at = onSource ? entry.Source : entry.Target;
            if (at + entry.Count > offset)
            {
                if (entry.IsAfterUnknown && offset > end)
                {
                    kept.Add(onSource ? entry with { Source = offset, Count = 0 } : entry with { Target = offset, Count = 0 });
                }

                break;
            }

            kept.Add(entry);
            end = at + entry.Count;
        }

        _entries = kept;
    }

    public void Trim(long logStart) => _logStart = Math.Max(_logStart, logStart);

    public TranslatedOffset? ToTarget(long source)
    {
        var found = Find(source, e => e.Source, e => e.Target);
        if (_logStart == 0 || found?.Offset >= _logStart)
        {
            return found;
        }

        return Find(_logStart, e => e.Target, e => e.Target) switch
        {
            { Precision: AtOrBefore } => new(_logStart, AtOrBefore),
            { Precision: AfterLast } last => new(Math.Max(_logStart, last.Offset), AfterLast),
            var first => first,
        };
    }

    public TranslatedOffset? ToSource(long target) => Find(Math.Max(target, _logStart), e => e.Target, e => e.Source);

    private TranslatedOffset? Find(long offset, Func<Entry, long> here, Func<Entry, long> there)
    {
        long? end = null;
        foreach (var entry in _entries)
        {
            if (entry.IsAfterUnknown && offset < here(entry))
            {
                return end is { } known ? new(known, AtOrBefore) : null;
            }

            if (entry.Count > 0 && offset <= here(entry))
            {
                return new(there(entry), Exact);
            }

            end = there(entry) + entry.Count;
        }

        return end is { } last ? new(last, AfterLast) : null;
    }

    internal readonly record struct Entry(long Source, long Target, long Count, bool IsAfterUnknown);
}
