namespace Heliostat.Metrics;

/// <summary>One metric: its name is an interface, which dashboards and alerts stand on.</summary>
/// <param name="Name">The name as it is exposed.</param>
/// <param name="Kind">What its numbers mean.</param>
/// <param name="Labels">Its labels, separated by commas.</param>
/// <param name="Help">What it is, in one sentence.</param>
internal sealed record Metric(string Name, MetricKind Kind, string Labels, string Help);
