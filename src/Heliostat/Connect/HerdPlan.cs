using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Options;

namespace Heliostat.Connect;

/// <summary>Connectors as flows: one for each pair of aliases that has a source connector, or a heartbeat connector at least.</summary>
internal sealed class HerdPlan
{
    private const string Elsewhere = "producer.override.bootstrap.servers";

    private const string LeadsElsewhere =
        $"{Elsewhere}: records are written to the cluster where positions are kept, which is the worker's: run a worker of that other "
            + "cluster";

    private HerdPlan(IReadOnlyList<MirrorConnectors> flows, IReadOnlyDictionary<string, Place> places,
        IReadOnlyList<KeptConnector> others) => (Flows, Places, Others) = (flows, places, others);

    /// <summary>What is to run.</summary>
    public IReadOnlyList<MirrorConnectors> Flows { get; }

    /// <summary>Where each of MirrorMaker 2's connectors is, by name.</summary>
    public IReadOnlyDictionary<string, Place> Places { get; }

    /// <summary>Connectors of other classes, which are left alone.</summary>
    public IReadOnlyList<KeptConnector> Others { get; }

    public static HerdPlan Of(IReadOnlyList<KeptConnector> connectors)
    {
        List<MirrorConnectors> flows = [];
        Dictionary<string, Place> places = [];
        foreach (var flow in connectors.Where(connector => connector.Kind is not null).GroupBy(FlowOf))
        {
            // One whose records would go elsewhere does not run; where it is the leading one, its flow does not either.
            var (source, checkpoint, heartbeat) = (First(flow, ConnectorKind.Source), First(flow, ConnectorKind.Checkpoint),
                First(flow, ConnectorKind.Heartbeat));
            if ((source ?? heartbeat) is { } leading && !leading.Config.ContainsKey(Elsewhere))
            {
                flows.Add(new MirrorConnectors(flow.Key)
                {
                    Source = Written(source),
                    Checkpoint = source is null ? null : Written(checkpoint),
                    Heartbeat = Written(heartbeat)
                });
            }

            foreach (var connector in flow)
            {
                var first = connector.Kind == ConnectorKind.Source ? source
                    : connector.Kind == ConnectorKind.Checkpoint ? checkpoint
                    : heartbeat;
                places[connector.Name] = new Place(connector.Kind!, flow.Key)
                {
                    Refusal = connector != first ? Twice(connector.Kind!, flow.Key, first!.Name)
                        : connector.Config.ContainsKey(Elsewhere) ? LeadsElsewhere
                        : null,
                    IsWaiting = connector.Kind == ConnectorKind.Checkpoint && source is null,
                };
            }
        }

        return new HerdPlan(flows, places, [.. connectors.Where(connector => connector.Kind is null)]);
    }

    private static FlowName FlowOf(KeptConnector connector) => new(Alias(connector, "source"), Alias(connector, "target"));

    /// <summary>MirrorMaker 2's defaults are these words themselves.</summary>
    private static string Alias(KeptConnector connector, string side) =>
        connector.Config.GetValueOrDefault($"{side}.cluster.alias") is { Length: > 0 } alias ? alias : side;

    private static KeptConnector? First(IEnumerable<KeptConnector> flow, ConnectorKind kind) =>
        flow.FirstOrDefault(connector => connector.Kind == kind);

    private static WrittenConnector? Written(KeptConnector? connector) =>
        connector is null || connector.Config.ContainsKey(Elsewhere) ? null : new WrittenConnector(connector.Name, connector.Config);

    private static string Twice(ConnectorKind kind, FlowName flow, string first) =>
        $"{first} is the {kind.Name} of {flow} already: there is one of each kind for a pair of aliases; put its topics into the other "
            + "one, or give it another alias";

    /// <summary>What became of a connector.</summary>
    /// <param name="Kind">Which it is.</param>
    /// <param name="Flow">Whose part it is.</param>
    internal sealed record Place(ConnectorKind Kind, FlowName Flow)
    {
        /// <summary>Why it cannot run; null when it can.</summary>
        public string? Refusal { get; init; }

        /// <summary>It is a duty of a source connector that is not there.</summary>
        public bool IsWaiting { get; init; }
    }
}
