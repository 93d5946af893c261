namespace Heliostat;

/// <summary>What the program's own commands end with. The drop-in forms end as the tools they replace.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 1;

    /// <summary>What was asked for cannot work: a setting, a pattern, a file.</summary>
    public const int Configuration = 2;

    /// <summary>It failed while running.</summary>
    public const int Failure = 3;
}
