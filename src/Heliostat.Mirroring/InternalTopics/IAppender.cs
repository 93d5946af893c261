namespace Heliostat.Mirroring.InternalTopics;

/// <summary>Appends records to an internal topic.</summary>
internal interface IAppender : IDisposable
{
    /// <summary>Why records have been waiting for long; null when none have.</summary>
    string? Trouble { get; }
}
