namespace Heliostat.Mirroring.Configuration.MirrorMaker2;

/// <summary>Connect's <c>errors.tolerance</c>.</summary>
public enum ErrorsTolerance
{
    None,
    All,
}
