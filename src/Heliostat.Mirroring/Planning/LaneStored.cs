namespace Heliostat.Mirroring.Planning;

/// <summary>A lane as it was last stored.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">The partition on the source.</param>
/// <param name="Position">The next source offset to mirror, as of the last time that positions were stored.</param>
/// <param name="SourceEnd">The end of the source's partition; null where it is not known.</param>
public sealed record LaneStored(string Topic, int Partition, long Position, long? SourceEnd)
{
    /// <summary>Offsets not yet on the target; null while that is not known.</summary>
    public long? Lag => SourceEnd is { } end ? Math.Max(0, end - Position) : null;
}
