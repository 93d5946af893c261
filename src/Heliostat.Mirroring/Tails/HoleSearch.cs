using Heliostat.Mirroring.Comparing;

namespace Heliostat.Mirroring.Tails;

/// <summary>
/// Looks on the source for the record that stands next on the target, past as many as may be gone from the target. The count decides: where
/// the hole is exactly as long as what is passed, that is the place; else the earliest that fits is.
/// </summary>
/// <param name="source">Stands where the last match ended; stands before the record when it is found, and where it stood when not.</param>
/// <param name="most">How many records may be passed.</param>
/// <param name="until">The first source offset at which there is nothing to look for.</param>
internal sealed class HoleSearch(LogCursor source, long most, long until = long.MaxValue)
{
    private LogRecord? _earliest;
    private long _skippedBefore;
    private bool _isConcluded;

    /// <summary>The source's record where the search began; null where the source had none.</summary>
    public LogRecord? Start { get; private set; }

    /// <summary>How much the source lacks before and between the records that were looked at.</summary>
    public long Missing { get; private set; }

    /// <summary>How many were passed.</summary>
    public long Skipped { get; private set; }

    public HoleSearchResult Run(in LogRecord wanted)
    {
        while (true)
        {
            if (!source.TryPeek(out var next) || next.Offset >= until)
            {
                if (!source.IsAtEnd && next.Offset < until)
                {
                    return HoleSearchResult.NeedsPage;
                }

                Missing += _isConcluded ? 0 : source.Hole;
                if (Start is null || _isConcluded)
                {
                    return HoleSearchResult.NotFound;
                }

                Conclude();
                continue;
            }

            if (_isConcluded)
            {
                return _earliest is null ? HoleSearchResult.NotFound : HoleSearchResult.Found;
            }

            Start ??= next;
            Missing += next.Hole;
            if (next.IsSameAs(wanted))
            {
                if (Skipped == most)
                {
                    return HoleSearchResult.Found;
                }

                (_earliest, _skippedBefore) = _earliest is null ? (next, Skipped) : (_earliest, _skippedBefore);
            }

            if (Skipped < most)
            {
                source.Advance();
                Skipped++;
            }
            else
            {
                Conclude();
            }
        }
    }

    /// <summary>Back to the earliest that fits, or to where it began.</summary>
    private void Conclude()
    {
        _isConcluded = true;
        var place = _earliest ?? Start!.Value;
        if (Skipped > 0)
        {
            source.Seek(place.Offset, place.Hole);
        }

        Skipped = _skippedBefore;
    }
}
