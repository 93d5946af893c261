namespace Heliostat.Client.Groups;

/// <summary>The coordinator's answer to an offset fetch.</summary>
/// <param name="ErrorCode">Why the whole fetch failed, or <see cref="ErrorCode.None"/>.</param>
/// <param name="Offsets">What is committed; a partition that is in neither map has nothing committed.</param>
/// <param name="Errors">The partitions that could not be read.</param>
public sealed record CommittedOffsets(
    ErrorCode ErrorCode, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Offsets,
    IReadOnlyDictionary<TopicPartition, ErrorCode> Errors);
