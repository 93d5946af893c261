using System.Text;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Transport.Network;

namespace Heliostat.Testing;

/// <summary>Reads files that stand in a test, and puts their flows on its network.</summary>
public static class Configurations
{
    /// <summary>Two clusters and one flow: four lines that are right.</summary>
    public const string Good = "clusters = A, B\nA.bootstrap.servers = a:9092\nB.bootstrap.servers = b:9092\nA->B.enabled = true\n";

    /// <summary><see cref="Good"/> followed by <paramref name="more"/>, which starts at line 5.</summary>
    public static MirrorMaker2Configuration GoodWith(string more) => Read(Good + more);

    public static MirrorMaker2Configuration Read(string content, params string[] clusters) =>
        MirrorMaker2Configuration.Of(JavaProperties.Parse(Encoding.Latin1.GetBytes(content), "mm2.properties"), "mm2.properties", clusters,
            name => name == "SECRET" ? "hush" : null);

    /// <summary>The problems as they are printed, without the file's name.</summary>
    public static IEnumerable<string> Lines(this IEnumerable<ConfigurationProblem> problems) =>
        problems.Select(p => p.ToString().Replace("mm2.properties:", "", StringComparison.Ordinal));

    /// <summary>
    /// The flow with all its clients on <paramref name="network"/>, their chance from <paramref name="random"/>, and their names beginning
    /// with <paramref name="process"/>.
    /// </summary>
    public static FlowOptions On(this FlowOptions flow, INetwork network, Random random, string process = "")
    {
        return flow with
        {
            SourceConsumer = flow.SourceConsumer with { Client = Of(flow.SourceConsumer.Client) },
            TargetConsumer = flow.TargetConsumer with { Client = Of(flow.TargetConsumer.Client) },
            DataProducer = flow.DataProducer with { Client = Of(flow.DataProducer.Client) },
            OffsetSyncsProducer = flow.OffsetSyncsProducer with { Client = Of(flow.OffsetSyncsProducer.Client) },
            SourceAdmin = Of(flow.SourceAdmin),
            TargetAdmin = Of(flow.TargetAdmin),
        };

        ClientOptions Of(ClientOptions client) => client with { ClientId = process + client.ClientId, Network = network, Random = random };
    }
}
