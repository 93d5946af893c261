namespace Heliostat.Testing;

/// <summary>
/// How far tests go whose worth is in their number: all the way where <c>HELIOSTAT_THOROUGH=1</c>, as in <c>.ci/run</c>; else as far as
/// people wait for.
/// </summary>
public static class Thorough
{
    private static readonly bool IsAsked = Environment.GetEnvironmentVariable("HELIOSTAT_THOROUGH") == "1";

    /// <summary>So many of them.</summary>
    public static int Of(int few, int all) => IsAsked ? all : few;
}
