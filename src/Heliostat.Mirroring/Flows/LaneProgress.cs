using Heliostat.Mirroring.Lanes;

namespace Heliostat.Mirroring.Flows;

/// <summary>One lane at one moment, for status pages.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">The partition on the source.</param>
/// <param name="TargetTopic">The topic on the target.</param>
/// <param name="Position">The next source offset to mirror: everything before it is on the target, or was rightly left out.</param>
/// <param name="SourceEnd">The end of the source; null while it is not known.</param>
/// <param name="Records">Records that the target acknowledged since the lane opened.</param>
/// <param name="Bytes">Bytes of record batches that the target acknowledged since the lane opened.</param>
/// <param name="Paused">Why it stands still; null while it moves or could.</param>
public sealed record LaneProgress(
    string Topic, int Partition, string TargetTopic, long Position, long? SourceEnd, long Records, long Bytes, PausedLane? Paused);
