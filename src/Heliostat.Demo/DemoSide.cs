namespace Heliostat.Demo;

/// <summary>One of the demo's two clusters.</summary>
internal enum DemoSide
{
    Source,
    Target,
}
