namespace Heliostat.Mirroring.Pump;

/// <summary>Where a lane stands that is not open.</summary>
/// <param name="TargetTopic">Its topic on the target; null while that is not known.</param>
/// <param name="Position">The next source offset to mirror.</param>
/// <param name="SourceEnd">Where the source ended then; null when it was not known.</param>
internal sealed record LaneLastSeen(string? TargetTopic, long Position, long? SourceEnd)
{
    /// <summary>Since when the source has what is to be mirrored next; null where nothing is, or that was not known.</summary>
    public DateTimeOffset? BehindSince { get; init; }

    /// <summary>Whether offsets were the same on both sides; null where nobody asked for that.</summary>
    public LaneEquality? Equality { get; init; }
}
