namespace Heliostat.Client.Fetching;

/// <summary>Why a cursor stopped, with what was looked up about it.</summary>
public readonly record struct FetchFailure(FetchFailureKind Kind, ErrorCode Code)
{
    /// <summary>The log's first offset; -1 when not looked up.</summary>
    public long LogStartOffset { get; init; } = -1;

    /// <summary>The log's end, or where what agrees ends (<see cref="FetchFailureKind.Diverged"/>); -1 when not known.</summary>
    public long EndOffset { get; init; } = -1;

    /// <summary>The id that the name has now; empty when it is gone.</summary>
    public Guid NewTopicId { get; init; }
}
