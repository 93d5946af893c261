namespace Heliostat.Configuration.Transforms;

/// <summary>What times since the epoch are counted in: <c>unix.precision</c> of <c>TimestampConverter</c> (KIP-808).</summary>
public enum UnixPrecision
{
    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Thousandths.</summary>
    Milliseconds,

    /// <summary>Millionths.</summary>
    Microseconds,

    /// <summary>Billionths.</summary>
    Nanoseconds,
}
