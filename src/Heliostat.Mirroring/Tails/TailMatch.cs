using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Tails;

/// <summary>
/// Finds on the target what a lane mirrored behind its stored position, by comparing both logs from there on. It does no I/O: whoever runs
/// it fetches the pages it asks for. What may stand in the tail: the lane's own batches, in order and without holes between them, their
/// edges anywhere; batches of others; transaction markers; batches of aborted transactions. What must hold:
/// <list type="bullet">
/// <item>A. The lane never goes on behind a source record that was not found on the target, but for those whose target offsets compaction
/// or retention emptied.</item>
/// <item>B. A record may be missing on one side only where that side's log has a hole.</item>
/// <item>C. A batch belongs to one writer. A batch of an unknown writer whose first record does not go on where the lane's own ended is
/// another's; one of a writer that was seen to be ours is a <see cref="TailVerdict.Mismatch"/>.</item>
/// <item>D. Nothing is searched but across holes: records that equal each other do no harm.</item>
/// </list>
/// </summary>
internal sealed class TailMatch
{
    private readonly TailAnchor _anchor;
    private readonly long _maxBytes;
    private readonly LogCursor _source;
    private readonly LogCursor _target;
    private readonly TailTally _tally;
    private readonly HashSet<long> _ours = [];
    private LogRecord? _first;
    private HoleSearch? _search;
    private HoleSearch? _again;
    private long _expected;
    private (long Source, long Target)? _differs;
    private long _passedHere;
    private long _allowed;
    private bool _isCutShort;
    private bool _isKnownBatch;

    /// <param name="anchor">Where both sides are known.</param>
    /// <param name="end">The end of the target's log, behind which nobody who ran before writes any more.</param>
    /// <param name="maxBytes">So much of the target is looked at, at most.</param>
    /// <param name="buffer">Takes what is decompressed; nobody else uses it while this runs.</param>
    /// <param name="rules">What is done to the lane's records; null where nothing is.</param>
    public TailMatch(TailAnchor anchor, long end, long maxBytes, DecompressionBuffer buffer, RecordRules? rules = null)
    {
        _anchor = anchor;
        _maxBytes = maxBytes;
        _tally = new TailTally(anchor);
        _source = new LogCursor(anchor.Source, long.MaxValue, buffer, rules);
        _target = new LogCursor(anchor.Target, end, buffer);
    }

    /// <summary>Where the source's next page begins.</summary>
    public long SourceAt => _source.PageAt;

    /// <summary>Where the target's next page begins.</summary>
    public long TargetAt => _target.PageAt;

    public void TakeSource(LogPage page) => _source.Take(page);

    public void TakeTarget(LogPage page) => _target.Take(page);

    /// <summary>Compares as far as the pages go.</summary>
    public PageWant Run()
    {
        while (_differs is null && !_isCutShort)
        {
            if (_search is null && _again is null)
            {
                TakeWholeBatches();
            }

            _isCutShort = _target.Bytes > _maxBytes;
            if (!_target.TryPeek(out var mirrored))
            {
                return _target.IsAtEnd || _isCutShort ? PageWant.Nothing : PageWant.Target;
            }

            if (_again is null ? !Step(mirrored) : !SearchAgain(mirrored))
            {
                return PageWant.Source;
            }
        }

        return PageWant.Nothing;
    }

    public TailOutcome Outcome()
    {
        var found = _tally.Outcome(_isCutShort, isTargetGone: _target.Lost > 0) with
        {
            SourceBytes = _source.Bytes,
            TargetBytes = _target.Bytes
        };
        return _differs is null ? found : found with { Verdict = TailVerdict.Mismatch, Differs = _differs };
    }

    /// <summary>Batches that are on both sides as they are, without opening any but the first.</summary>
    private void TakeWholeBatches()
    {
        if (_first is null && _source.TryPeek(out var first))
        {
            _first = first;
        }

        while (_allowed == 0 && _source.TryPeekBatch(out var source) && _target.TryPeekBatch(out var target) && source.LinesUpWith(target))
        {
            Found(_source.At, _target.At, source.RecordsCount);
            _source.AdvanceBatch();
            _target.AdvanceBatch();
        }
    }

    /// <summary>Decides about the target's next record; false when that needs more of the source.</summary>
    private bool Step(in LogRecord mirrored)
    {
        _isKnownBatch &= !_target.IsBeforeBatch;
        _search ??= new HoleSearch(_source, _allowed + mirrored.Hole);
        var result = _search.Run(mirrored);
        if (result == HoleSearchResult.NeedsPage)
        {
            return false;
        }

        _first ??= _search.Start;
        if (result == HoleSearchResult.NotFound)
        {
            NotFound(mirrored, _search);
        }
        else if (_source.TryPeek(out var found))
        {
            _tally.Skipped(_search.Skipped);
            Found(found.Offset, mirrored.Offset, 1);
            _isKnownBatch = true;
            _source.Advance();
            _target.Advance();
        }

        _search = null;
        return true;
    }

    private void NotFound(in LogRecord mirrored, HoleSearch search)
    {
        var expected = search.Start?.Offset ?? _source.At;
        if (_passedHere < search.Missing)
        {
            // The source had it when it was mirrored, and has it no more.
            _passedHere++;
            _tally.PassedOver();
            _allowed += mirrored.Hole;
            _target.Advance();
        }
        else if (_isKnownBatch)
        {
            _differs = (expected, mirrored.Offset);
        }
        else if (_ours.Contains(_target.ProducerId))
        {
            BeginAgain(expected);
        }
        else if (_source.At > _anchor.Source && _first is { } first && first.IsSameAs(mirrored))
        {
            // Somebody began again at the anchor and mirrored it all once more.
            _source.Seek(_anchor.Source, hole: 0);
        }
        else
        {
            _tally.Foreign(_target.RecordsAhead);
            _allowed += mirrored.Hole;
            _target.AdvanceBatch();
        }
    }

    /// <summary>
    /// A batch of the lane's own that does not go on where those before ended: one that was sent twice, or something that should not be.
    /// </summary>
    private void BeginAgain(long expected)
    {
        _expected = expected;
        _source.Seek(_anchor.Source, hole: 0);
        _again = new HoleSearch(_source, long.MaxValue, expected);
    }

    /// <summary>False when the search needs more of the source.</summary>
    private bool SearchAgain(in LogRecord mirrored)
    {
        switch (_again!.Run(mirrored))
        {
            case HoleSearchResult.NeedsPage:
                return false;
            case HoleSearchResult.NotFound:
                _differs = (_expected, mirrored.Offset);
                break;
        }

        _again = null;
        return true;
    }

    /// <summary>So many records from these offsets on are the same.</summary>
    private void Found(long source, long target, long count)
    {
        if (_target.ProducerId >= 0)
        {
            _ours.Add(_target.ProducerId);
        }

        (_allowed, _passedHere) = (0, 0);
        _tally.Found(source, target, count);
    }
}
