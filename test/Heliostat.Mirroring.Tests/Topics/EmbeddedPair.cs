using System.Net;
using Heliostat.Broker;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Testing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Topics;

/// <summary>Two embedded clusters, A and B, with a client for each and the options of the flow between them.</summary>
internal sealed class EmbeddedPair : IAsyncDisposable
{
    private const string OneReplica = """
        replication.factor = 1
        offset-syncs.topic.replication.factor = 1
        checkpoints.topic.replication.factor = 1
        heartbeats.topic.replication.factor = 1
        offset.storage.replication.factor = 1

        """;

    private readonly KafkaClient _source;
    private readonly KafkaClient _target;

    private EmbeddedPair(EmbeddedCluster source, EmbeddedCluster target)
    {
        A = source;
        B = target;
        _source = Open(source, "A");
        _target = Open(target, "B");
        Source = new AdminClient(_source, TimeProvider.System);
        Target = new AdminClient(_target, TimeProvider.System);
    }

    public EmbeddedCluster A { get; }

    public EmbeddedCluster B { get; }

    public AdminClient Source { get; }

    public AdminClient Target { get; }

    public static async Task<EmbeddedPair> StartAsync(params EmbeddedTopic[] topics)
    {
        var source = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = topics }, CancellationToken.None);
        return new EmbeddedPair(source, await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(), CancellationToken.None));
    }

    /// <summary>The options of A->B with more lines of the file.</summary>
    public static FlowOptions Flow(string more = "") =>
        Configurations.GoodWith("replication.factor = 1\n" + more).ToFile().Flows.Single(f => f.Name.Source == "A" && f.Name.Target == "B");

    /// <summary>The options of all enabled flows between these two clusters, A->B among them.</summary>
    public IReadOnlyList<FlowOptions> FlowsOf(string more) => [.. Between(more).Where(f => f.Enabled)];

    /// <summary>The options of A->B between these two clusters, with more lines of the file.</summary>
    public FlowOptions FlowBetween(string more = "") => Between(more).Single(f => f.Enabled);

    private IReadOnlyList<FlowOptions> Between(string more) => Configurations.Read(
        $"clusters = A, B\nA.bootstrap.servers = {A.BootstrapServers}\nB.bootstrap.servers = {B.BootstrapServers}\nA->B.enabled = "
            + $"true\n{OneReplica}{more}").ToFile().Flows;

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
        await A.DisposeAsync();
        await B.DisposeAsync();
    }

    private static KafkaClient Open(EmbeddedCluster cluster, string name) => new(
        new Client.ClientOptions
        {
            Cluster = name,
            BootstrapServers = [.. cluster.BootstrapServers
                .Split(',').Select(IPEndPoint.Parse).Select(e => new DnsEndPoint(e.Address.ToString(), e.Port))],
            CallTimeout = TimeSpan.FromSeconds(10),
        },
        new FramePool(1024 * 1024), TimeProvider.System, NullLoggerFactory.Instance);
}
