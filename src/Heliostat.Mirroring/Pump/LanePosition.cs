namespace Heliostat.Mirroring.Pump;

/// <summary>The next source offset to mirror, and the leader epoch of the batch before it (-1 when unknown, KIP-320).</summary>
internal readonly record struct LanePosition(long Offset, int LeaderEpoch);
