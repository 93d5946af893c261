namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>
/// Segments alike, one after the other: <paramref name="Count"/> records from these offsets on, the same number again after a hole on
/// either side, and so on. Transactions of equal size make such runs.
/// </summary>
/// <param name="Source">The first segment's source offset.</param>
/// <param name="Target">Its target offset.</param>
/// <param name="Count">Records of one segment. None in a segment that only says where knowledge begins.</param>
/// <param name="SourceGap">Source offsets left out before each segment.</param>
/// <param name="TargetGap">Target offsets left out before each segment.</param>
/// <param name="Repeat">How many segments.</param>
/// <param name="IsAfterUnknown">What was mirrored in the hole before it is not known; then it is one segment only.</param>
internal readonly record struct SegmentRun(long Source, long Target, long Count, long SourceGap, long TargetGap, long Repeat,
    bool IsAfterUnknown)
{
    /// <summary>The source offset after the last record.</summary>
    public long SourceEnd => Source + ((Repeat - 1) * (Count + SourceGap)) + Count;

    /// <summary>The target offset after the last record.</summary>
    public long TargetEnd => Target + ((Repeat - 1) * (Count + TargetGap)) + Count;

    /// <summary>The same seen from the target.</summary>
    public SegmentRun Turned => this with { Source = Target, Target = Source, SourceGap = TargetGap, TargetGap = SourceGap };

    /// <summary>Whether another run's segments are just like these, so that they continue it.</summary>
    public bool IsContinuedBy(in SegmentRun next) =>
        next is { IsAfterUnknown: false, Count: > 0 } && !IsAfterUnknown && next.Count == Count && next.SourceGap == SourceGap
            && next.TargetGap == TargetGap;

    /// <summary>Where the first record at or after a source offset is on the target; null if the run ends before it.</summary>
    public TranslatedOffset? Find(long source)
    {
        if (source < Source)
        {
            return IsAfterUnknown ? new(Target - TargetGap, TranslationPrecision.AtOrBefore) : new(Target, TranslationPrecision.Exact);
        }

        if (source >= SourceEnd)
        {
            return null;
        }

        var (segment, within) = Math.DivRem(source - Source, Count + SourceGap);
        var start = Target + (segment * (Count + TargetGap));
        return new(within < Count ? start + within : start + Count + TargetGap, TranslationPrecision.Exact);
    }

    /// <summary>
    /// What lies before a source offset; null for nothing. The second part is the rest of a segment that was cut, or of an unknown hole.
    /// </summary>
    public (SegmentRun? Whole, SegmentRun? Cut) Before(long source)
    {
        if (source >= SourceEnd)
        {
            return (this, null);
        }

        if (source <= Source)
        {
            var into = source - (Source - SourceGap);
            return (null, IsAfterUnknown && into > 0 ? this with { Source = source, SourceGap = into, Count = 0 } : null);
        }

        var (segments, within) = Math.DivRem(source - Source, Count + SourceGap);
        var whole = segments + (within >= Count ? 1 : 0);
        SegmentRun? cut = within >= Count || within == 0 ? null : this with
        {
            Source = Source + (segments * (Count + SourceGap)),
            Target = Target + (segments * (Count + TargetGap)),
            Count = within,
            Repeat = 1,
        };
        return (whole == 0 ? null : this with { Repeat = whole }, cut);
    }

    /// <summary>The last segment alone.</summary>
    public SegmentRun Last => this with { Source = SourceEnd - Count, Target = TargetEnd - Count, Repeat = 1 };
}
