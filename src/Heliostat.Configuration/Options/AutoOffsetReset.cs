namespace Heliostat.Configuration.Options;

/// <summary>Kafka's <c>auto.offset.reset</c>: where a partition without a committed offset starts.</summary>
public enum AutoOffsetReset
{
    Earliest,
    Latest,

    /// <summary>A partition without a committed offset is an error.</summary>
    None,
}
