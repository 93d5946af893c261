namespace Heliostat.Client.Groups;

/// <summary>The coordinator's answer to a commit.</summary>
/// <param name="Outcome">What became of the commit as a whole.</param>
/// <param name="ErrorCode">Why it was not stored; <see cref="ErrorCode.None"/> when it was.</param>
/// <param name="Errors">With <see cref="CommitOutcome.Committed"/>: the partitions that were not stored, such as those of a deleted
/// topic.</param>
public sealed record CommitResult(CommitOutcome Outcome, ErrorCode ErrorCode, IReadOnlyDictionary<TopicPartition, ErrorCode> Errors);
