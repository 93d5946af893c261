using System.Net;
using Heliostat.Configuration.Explaining;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>What a file of MirrorMaker 2's dedicated mode asks this process to do.</summary>
public sealed record MirrorMaker2File
{
    /// <summary>The file as the user named it.</summary>
    public required string Path { get; init; }

    /// <summary>All clusters of the file, in its order.</summary>
    public required IReadOnlyList<ClusterOptions> Clusters { get; init; }

    /// <summary>The flows that this process runs: never empty.</summary>
    public required IReadOnlyList<FlowOptions> Flows { get; init; }

    /// <summary>The same flows setting by setting, secrets hidden.</summary>
    public IReadOnlyList<ExplainedFlow> Explained => field ??= Explain();

    /// <summary>Makes that when it is first asked for: most who read a file never do.</summary>
    internal Func<IReadOnlyList<ExplainedFlow>> Explain { get; init; } = static () => [];

    /// <summary><c>heliostat.metrics.listeners</c>: where metrics are served.</summary>
    public IReadOnlyList<IPEndPoint> MetricsListeners { get; init; } = [];

    /// <summary><c>heliostat.api.*</c>: how the API and the page are served.</summary>
    public ServedApi Api { get; init; } = new();

    /// <summary>What the user wrote and what does not do what it says.</summary>
    public required IReadOnlyList<ConfigurationProblem> Warnings { get; init; }

    /// <summary>What the user should know.</summary>
    public required IReadOnlyList<ConfigurationProblem> Notices { get; init; }
}
