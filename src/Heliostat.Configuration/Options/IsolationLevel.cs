namespace Heliostat.Configuration.Options;

/// <summary>Kafka's <c>isolation.level</c>.</summary>
public enum IsolationLevel
{
    /// <summary>Everything up to the high watermark, records of aborted transactions included.</summary>
    ReadUncommitted,

    /// <summary>Up to the last stable offset, without records of aborted transactions.</summary>
    ReadCommitted,
}
