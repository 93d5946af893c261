namespace Heliostat.Output;

/// <summary>How much is said.</summary>
internal enum Verbosity
{
    Normal,
    Quiet,
    Verbose,
}
