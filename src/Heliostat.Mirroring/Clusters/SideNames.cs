using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Clusters;

/// <summary>What messages call the two clusters of a flow.</summary>
internal readonly record struct SideNames(string Source, string Target)
{
    /// <summary>For a mirror whose clusters have no names.</summary>
    public static SideNames Unnamed { get; } = new("source", "target");

    public static SideNames Of(FlowName flow) => new($"source {flow.Source}", $"target {flow.Target}");
}
