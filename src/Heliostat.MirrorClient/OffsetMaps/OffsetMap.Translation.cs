namespace Heliostat.MirrorClient.OffsetMaps;

internal sealed partial class OffsetMap
{
    /// <summary>
    /// The target offset of the first mirrored record at or after a source offset, as far as it is still there. Null if what was mirrored
    /// around the offset was never recorded and nothing before it is.
    /// </summary>
    public TranslatedOffset? ToTarget(long source)
    {
        lock (_lock)
        {
            var found = Find(source, onSource: true);
            if (_logStart == 0 || found?.Offset >= _logStart)
            {
                return found;
            }

            // That record is gone. The first one that is not:
            return Find(_logStart, onSource: false) switch
            {
                { Precision: TranslationPrecision.Exact } first => Find(first.Offset, onSource: true),
                { Precision: TranslationPrecision.AfterLast } =>
                    new TranslatedOffset(Math.Max(_logStart, _open.EndTarget), TranslationPrecision.AfterLast),
                { } => new TranslatedOffset(_logStart, TranslationPrecision.AtOrBefore),
                null => null,
            };
        }
    }

    /// <summary>
    /// The source offset of the first record at or after a target offset that came from the lane's source. Null if what was mirrored around
    /// the offset was never recorded and nothing before it is.
    /// </summary>
    public TranslatedOffset? ToSource(long target)
    {
        lock (_lock)
        {
            return Find(Math.Max(target, _logStart), onSource: false);
        }
    }

    private TranslatedOffset? Find(long offset, bool onSource)
    {
        var first = _sealed.Count > 0 ? _sealed[0] : _open;
        if (first.IsEmpty && first.Number == 0)
        {
            return null;
        }

        var start = onSource ? first.Runs.BaseSource : first.Runs.BaseTarget;
        if (offset < start)
        {
            if (_logStart < first.Runs.BaseTarget)
            {
                return null;
            }

            offset = start;
        }

        var low = 0;
        for (var high = _sealed.Count; low < high;)
        {
            var middle = (low + high) / 2;
            var end = onSource ? _sealed[middle].EndSource : _sealed[middle].EndTarget;
            (low, high) = end <= offset ? (middle + 1, high) : (low, middle);
        }

        var found = (low < _sealed.Count ? _sealed[low] : _open).Find(offset, onSource)
            ?? new TranslatedOffset(onSource ? _open.EndTarget : _open.EndSource, TranslationPrecision.AfterLast);
        var beginsUnknown = found is { Offset: 0, Precision: TranslationPrecision.AtOrBefore } && first.Number == 0;
        return beginsUnknown ? null : found;
    }
}
