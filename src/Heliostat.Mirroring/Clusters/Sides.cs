using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Clusters;

/// <summary>What messages call the two clusters of a flow.</summary>
internal readonly record struct Sides(string Source, string Target)
{
    /// <summary>For a mirror whose clusters have no names.</summary>
    public static Sides Unnamed { get; } = new("source", "target");

    public static Sides Of(FlowName flow) => new($"source {flow.Source}", $"target {flow.Target}");
}
