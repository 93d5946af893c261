using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Audit;

/// <summary>
/// Compares what the two logs of a lane hold, from two offsets that belong together. Batches that are the same on both sides are not
/// opened; else records are compared one by one; where they part, both sides are read ahead until they meet again, and what lies between is
/// told apart. It does no I/O: pages are handed to it. What must hold:
/// <list type="bullet">
/// <item>A. Each record of either side is counted once: verified, in a finding, gone, or behind.</item>
/// <item>B. What one side's log has a hole for is gone, not missing and not foreign.</item>
/// </list>
/// </summary>
internal sealed class LaneAudit
{
    private readonly LogCursor _source;
    private readonly LogCursor _target;
    private readonly AuditWindow _window;
    private readonly AuditFindings _findings;
    private readonly long _expectedTo;
    private long _verified;
    private long _inBatches;
    private long _gone;
    private long _goneAtEnd;
    private long _behind;

    /// <param name="start">Where both sides begin.</param>
    /// <param name="sourceEnd">The source's end, behind which nothing is looked at.</param>
    /// <param name="targetEnd">The target's end.</param>
    /// <param name="expectedTo">Source records before this offset are known to have been mirrored: one that is not there is missing,
    /// however near the end it is.</param>
    /// <param name="buffer">Takes what is decompressed.</param>
    /// <param name="rules">What is done to the lane's records; null where nothing is.</param>
    public LaneAudit(AuditStart start, long sourceEnd, long targetEnd, long expectedTo, DecompressionBuffer buffer,
        RecordRules? rules = null)
    {
        _source = new LogCursor(start.Source, sourceEnd, buffer, rules);
        _target = new LogCursor(start.Target, targetEnd, buffer);
        _window = new AuditWindow(_source, _target, buffer);
        _findings = new AuditFindings();
        _expectedTo = expectedTo;
    }

    /// <summary>Where the source's next page begins.</summary>
    public long SourceAt => _source.PageAt;

    /// <summary>Where the target's next page begins.</summary>
    public long TargetAt => _target.PageAt;

    public void TakeSource(LogPage page) => _source.Take(page);

    public void TakeTarget(LogPage page) => _target.Take(page);

    public IReadOnlyList<AuditFinding> Findings => _findings.All;

    /// <summary>Nothing that was read waits to be explained: another audit may go on at <see cref="At"/>.</summary>
    public bool IsSettled => _window.IsEmpty && _findings.IsSettled && _source.IsBeforeBatch && _target.IsBeforeBatch;

    /// <summary>Both sides are compared up to here, and may be taken up from here by another audit; only between steps.</summary>
    public AuditStart At => new(_source.At, _target.At);

    public LaneCounts Counts => new()
    {
        Verified = _verified,
        VerifiedInBatches = _inBatches,
        Gone = _gone,
        Behind = _behind,
        Bytes = _source.Bytes + _target.Bytes,
    };

    /// <summary>Compares as far as the pages go: what it needs then, or that it is through.</summary>
    public PageWant Run()
    {
        while (true)
        {
            if (_window.IsEmpty)
            {
                TakeWholeBatches();
            }

            var isFilled = _window.TryFill(1, out var want);
            ReportDamage();
            if (!isFilled)
            {
                return want;
            }

            if (_window.Target.Count == 0)
            {
                if (!EndOfTarget())
                {
                    return PageWant.Nothing;
                }

                continue;
            }

            if (_window.Source.Count > 0 && _window.Source[0].IsSameAs(_window.Target[0]))
            {
                Verified(_window.Source[0]);
                _window.Drop(1, 1);
                continue;
            }

            if (!_window.TryMeet(_expectedTo, out var source, out var target, out want))
            {
                return want;
            }

            Explain(source, target);
            _window.Drop(source, target);
        }
    }

    private void TakeWholeBatches()
    {
        while (_source.TryPeekBatch(out var source) && _target.TryPeekBatch(out var target) && source.LinesUpWith(target))
        {
            var (at, there) = (_source.At, _target.At);
            ReportDamage(RecordBatch.IsCrcValid(source.Bytes) ? null : at, RecordBatch.IsCrcValid(target.Bytes) ? null : there);
            _verified += source.RecordsCount;
            _inBatches += source.RecordsCount;
            _window.Remember(_source.BatchMemory);
            _source.AdvanceBatch();
            _target.AdvanceBatch();
        }
    }

    private void ReportDamage() => ReportDamage(_source.TakeDamage(), _target.TakeDamage());

    private void ReportDamage(long? here, long? there)
    {
        if (here is { } source)
        {
            _findings.Add(AuditKind.Damaged, source, -1);
        }

        if (there is { } target)
        {
            _findings.Add(AuditKind.Damaged, -1, target);
        }
    }

    /// <summary>
    /// The target holds nothing more: what is left of the source is not mirrored yet, or missing; false when that is through too.
    /// </summary>
    private bool EndOfTarget()
    {
        if (_window.Source.Count == 0)
        {
            _findings.Close();
            return false;
        }

        var record = _window.Source[0];
        if (_window.TargetHoles(0) > _goneAtEnd)
        {
            _goneAtEnd++;
            _gone++;
        }
        else if (record.Offset < _expectedTo)
        {
            _findings.AddSource(record);
        }
        else
        {
            _behind++;
        }

        _window.Drop(1, 0);
        return true;
    }

    private void Verified(in LogRecord record)
    {
        _verified++;
        _window.Remember(record);
    }

    /// <summary>The sides meet again behind so many records of each: says what those are.</summary>
    private void Explain(int sources, int targets)
    {
        var (goneThere, goneHere) = (_window.TargetHoles(targets), _window.SourceHoles(sources));
        var isBoth = goneThere > 0 && goneHere > 0;
        var gone = (int)Math.Min(goneThere, isBoth ? sources : Math.Max(0, sources - targets));
        var left = isBoth ? targets : Math.Max(0, targets - sources);
        _gone += gone;
        for (int i = gone, j = 0; i < sources || j < targets;)
        {
            if (j < targets && _window.IsKnown(_window.Target[j]))
            {
                _findings.Add(AuditKind.Duplicate, -1, _window.Target[j++].Offset);
                left--;
            }
            else if (j < targets && left > 0 && goneHere > 0)
            {
                (_gone, goneHere, left, j) = (_gone + 1, goneHere - 1, left - 1, j + 1);
            }
            else if (i < sources && j < targets && sources - i >= targets - j)
            {
                var isPair = sources - i == targets - j;
                if (isPair)
                {
                    _findings.AddPair(_window.Source[i++], _window.Target[j++]);
                }
                else
                {
                    _findings.AddSource(_window.Source[i++]);
                }
            }
            else if (i < sources && j >= targets)
            {
                _findings.AddSource(_window.Source[i++]);
            }
            else
            {
                _findings.AddTarget(_window.Target[j++]);
            }
        }
    }
}
