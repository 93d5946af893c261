using System.Globalization;

namespace Heliostat.Configuration.Options;

/// <summary>A place in the log of a partition: <c>heliostat.from</c>, <c>heliostat.until</c>.</summary>
/// <param name="Kind">What it is told by.</param>
/// <param name="Value">The offset, or the time in milliseconds since the epoch; of the end 0.</param>
public sealed record LogBound(LogBoundKind Kind, long Value)
{
    /// <summary>The end of the log.</summary>
    public static LogBound End { get; } = new(LogBoundKind.End, 0);

    /// <summary>As it is written in a file.</summary>
    public override string ToString() => Kind switch
    {
        LogBoundKind.End => "end",
        LogBoundKind.Offset => string.Create(CultureInfo.InvariantCulture, $"offset:{Value}"),
        _ => DateTimeOffset.FromUnixTimeMilliseconds(Value).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'",
            CultureInfo.InvariantCulture),
    };
}
