namespace Heliostat.Client.Metadata;

/// <summary>
/// One partition: <see cref="Leader"/> and <see cref="LeaderEpoch"/> are -1 when there is none or the broker is too old to say.
/// </summary>
public sealed record PartitionMetadata(
    int Index, int Leader, int LeaderEpoch, ErrorCode ErrorCode, IReadOnlyList<int> Replicas, IReadOnlyList<int> Isr);
