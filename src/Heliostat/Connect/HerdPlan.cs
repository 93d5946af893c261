using System.Security.Cryptography;
using System.Text;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Options;

namespace Heliostat.Connect;

/// <summary>
/// Connectors as flows: one for each source connector, and for a heartbeat connector of a pair of aliases that has none. Of several source
/// connectors of a pair each has the duty of the checkpoint connector for its topics, and the first one heartbeats.
/// </summary>
internal sealed class HerdPlan
{
    /// <summary>Topics' names are built with it, and have 249 characters.</summary>
    private const int LongestPart = 100;

    private const string Elsewhere = "producer.override.bootstrap.servers";

    private const string RecordsElsewhere =
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
        foreach (var pair in connectors.Where(connector => connector.Kind is not null).GroupBy(FlowOf))
        {
            var (sources, checkpoint, heartbeat) = (Sources(pair), First(pair, ConnectorKind.Checkpoint),
                First(pair, ConnectorKind.Heartbeat));
            // One whose records would go elsewhere does not run; where it is the leading one, its flow does not either.
            KeptConnector[] running = [.. sources.Where(source => !LeadsElsewhere(source))];
            var named = Named(pair.Key, running);
            for (var i = 0; i < running.Length; i++)
            {
                if (named[running[i].Name] is { } name)
                {
                    flows.Add(new MirrorConnectors(name)
                    {
                        Source = Written(running[i]),
                        Checkpoint = Written(checkpoint),
                        Heartbeat = i == 0 ? Written(heartbeat) : null,
                        Before = [.. running.Take(i).Where(other => named[other.Name] is not null).Select(other => Written(other)!)],
                    });
                }
            }

            if (sources.Length == 0 && Written(heartbeat) is { } alone)
            {
                flows.Add(new MirrorConnectors(pair.Key) { Heartbeat = alone });
            }

            foreach (var connector in pair)
            {
                var first = connector.Kind == ConnectorKind.Source ? connector
                    : connector.Kind == ConnectorKind.Checkpoint ? checkpoint
                    : heartbeat;
                var name = connector.Kind == ConnectorKind.Source && named.TryGetValue(connector.Name, out var own) ? own : pair.Key;
                places[connector.Name] = new Place(connector.Kind!, name ?? pair.Key)
                {
                    Refusal = connector != first ? Twice(connector.Kind!, pair.Key, first!.Name)
                        : LeadsElsewhere(connector) ? RecordsElsewhere
                        : name is null ? SameName(pair.Key, connector.Name)
                        : null,
                    IsWaiting = connector.Kind == ConnectorKind.Checkpoint && sources.Length == 0,
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

    /// <summary>The one with the name that people's tools give it is the first.</summary>
    private static KeptConnector[] Sources(IGrouping<FlowName, KeptConnector> pair) =>
    [
        .. pair.Where(connector => connector.Kind == ConnectorKind.Source)
            .OrderBy(connector => connector.Name != pair.Key.Prefix + ConnectorKind.Source.Name)
            .ThenBy(connector => connector.Name, StringComparer.Ordinal)
    ];

    /// <summary>
    /// What flows of source connectors are called: the first is the flow of the pair, others are parts by their names, without that of the
    /// flow; null where another one is called so.
    /// </summary>
    private static Dictionary<string, FlowName?> Named(FlowName pair, KeptConnector[] sources)
    {
        Dictionary<string, FlowName?> named = [];
        foreach (var source in sources)
        {
            FlowName? name = named.Count == 0 ? pair : pair with { Part = PartOf(pair, source.Name) };
            named[source.Name] = named.ContainsValue(name) ? null : name;
        }

        return named;
    }

    /// <summary>Of the characters that a topic's name takes; what has others ends with a digest, so that no two become one.</summary>
    private static string PartOf(FlowName pair, string connector)
    {
        var name = connector.StartsWith(pair.Prefix, StringComparison.Ordinal) ? connector[pair.Prefix.Length..] : connector;
        var legal = new string([.. name.Select(letter =>
            char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-')]);
        return legal == name && legal.Length is > 0 and <= LongestPart ? legal
            : $"{legal[..Math.Min(legal.Length, LongestPart)]}-"
                + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(connector)))[..8];
    }

    private static bool LeadsElsewhere(KeptConnector connector) => connector.Config.ContainsKey(Elsewhere);

    private static WrittenConnector? Written(KeptConnector? connector) =>
        connector is null || LeadsElsewhere(connector) ? null : new WrittenConnector(connector.Name, connector.Config);

    private static string Twice(ConnectorKind kind, FlowName flow, string first) =>
        $"{first} is the {kind.Name} of {flow} already: there is one of it for a pair of aliases; put its settings into the other "
            + "one, or give it another alias";

    private static string SameName(FlowName flow, string name) =>
        $"another source connector of {flow} has a name that differs from {name} by the flow's name before it only: call it otherwise";

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
