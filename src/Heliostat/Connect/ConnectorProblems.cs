using Heliostat.Configuration;
using Heliostat.Configuration.Options;

namespace Heliostat.Connect;

/// <summary>What is wrong with connectors, by the keys that people wrote: within a flow they have its name before them.</summary>
internal static class ConnectorProblems
{
    public static string Text(ConfigurationProblem problem, FlowName flow) =>
        problem.Key is null ? problem.Message : $"{Key(problem.Key, flow)}: {problem.Message}";

    /// <summary>As Kafka Connect says it of a config that it does not take.</summary>
    public static string Invalid(IReadOnlyList<ConfigurationProblem> problems, FlowName flow) =>
        "Connector configuration is invalid and contains the following "
            + $"{problems.Count} error(s):\n{string.Join('\n', problems.Select(problem => Text(problem, flow)))}\n"
        + "You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`";

    private static string Key(string key, FlowName flow) =>
        key.StartsWith(flow.Prefix, StringComparison.Ordinal) ? key[flow.Prefix.Length..]
            : key.StartsWith(flow.Source + ".", StringComparison.Ordinal) ? $"source.cluster.{key[(flow.Source.Length + 1)..]}"
            : key.StartsWith(flow.Target + ".", StringComparison.Ordinal) ? $"{key[(flow.Target.Length + 1)..]} (of the worker)"
            : key;
}
