namespace Heliostat.Configuration.Options;

/// <summary>What a place in a log is told by.</summary>
public enum LogBoundKind
{
    /// <summary>The first record, in the order of the log, that has a time or a later one.</summary>
    Time,

    /// <summary>An offset, of each partition.</summary>
    Offset,

    /// <summary>Where the log ends when the lane is opened.</summary>
    End,
}
