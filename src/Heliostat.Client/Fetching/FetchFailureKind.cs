namespace Heliostat.Client.Fetching;

/// <summary>Why a cursor cannot go on.</summary>
public enum FetchFailureKind
{
    /// <summary>
    /// The position is below the log's start or above its end: see <see cref="FetchFailure.LogStartOffset"/> and
    /// <see cref="FetchFailure.EndOffset"/>.
    /// </summary>
    OffsetOutOfRange,

    /// <summary>The topic or partition is gone, or the topic was created anew: see the topic ids.</summary>
    TopicGone,

    /// <summary>
    /// The log was truncated below the position (KIP-320, KIP-595): what agrees ends at <see cref="FetchFailure.EndOffset"/>.
    /// </summary>
    Diverged,

    /// <summary>
    /// The topic or partition was not known for a while, and its cluster has no topic ids to tell whether it is still the same.
    /// </summary>
    Reappeared,

    NotAuthorized,

    /// <summary>The broker finds its own bytes corrupt.</summary>
    Corrupt,

    /// <summary>Another error that trying again does not mend: see <see cref="FetchFailure.Code"/>.</summary>
    Other,
}
