using System.Globalization;

namespace Heliostat.Output;

/// <summary>A number and what it counts, in the singular where it is one: <c>1 lane</c>, <c>2,000 lanes</c>.</summary>
internal static class Counted
{
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called; null where an s is all that it takes.</param>
    public static string Of(long count, string one, string? many = null) =>
        $"{count.ToString("#,0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many ?? one + "s")}";
}
