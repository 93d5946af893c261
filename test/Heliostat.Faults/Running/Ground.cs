using Heliostat.Testing.Clusters;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Running;

/// <summary>The two clusters, used by one scene after the other.</summary>
internal sealed class Ground : IAsyncDisposable
{
    /// <summary>Of each cluster, and so the replicas there can be.</summary>
    public const int Brokers = 3;

    private Ground(ITestCluster source, ITestCluster target, IReadOnlyList<BadLink> links)
    {
        Links = links;
        Source = source;
        Target = target;
    }

    public ITestCluster Source { get; }

    public ITestCluster Target { get; }

    /// <summary>Before the brokers of the source, then those of the target; none before embedded ones.</summary>
    public IReadOnlyList<BadLink> Links { get; }

    /// <summary>What who goes by links to the source is told.</summary>
    public string SourceByLinks => Addresses(Links.Take(Brokers));

    public string TargetByLinks => Addresses(Links.Skip(Brokers));

    /// <summary>Real brokers, three to a cluster.</summary>
    public static async Task<Ground> StartRealAsync(CancellationToken ct)
    {
        var links = Enumerable.Range(0, 2 * Brokers).Select(_ => new BadLink()).ToList();
        var source = await KafkaCluster.StartAsync(Options(links[..Brokers], autoCreates: false), ct);
        return new Ground(source, await KafkaCluster.StartAsync(Options(links[Brokers..], autoCreates: true), ct), links);

        // A topic of the source that is gone is not to come back because its load goes on.
        static KafkaClusterOptions Options(List<BadLink> links, bool autoCreates) => new()
        {
            Brokers = Brokers,
            Links = links,
            Properties = new Dictionary<string, string>
            {
                ["producer.id.expiration.check.interval.ms"] = "1000",
                ["auto.create.topics.enable"] = autoCreates ? "true" : "false",
            },
        };
    }

    /// <summary>Brokers in this process.</summary>
    public static async Task<Ground> StartEmbeddedAsync(CancellationToken ct)
    {
        var source = await EmbeddedTestCluster.StartAsync(Brokers, null, ct);
        return new Ground(source, await EmbeddedTestCluster.StartAsync(Brokers, null, ct), []);
    }

    /// <summary>Brings back what a scene has left broken.</summary>
    public async Task MendAsync(CancellationToken ct)
    {
        foreach (var cluster in new[] { Source, Target })
        {
            if (cluster is KafkaCluster real)
            {
                foreach (var broker in real.Brokers.Where(broker => !broker.IsRunning))
                {
                    await real.StartBrokerAsync(broker.Id, ct);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        foreach (var link in Links)
        {
            await link.DisposeAsync();
        }
    }

    private static string Addresses(IEnumerable<BadLink> links) => string.Join(',', links.Select(link => $"127.0.0.1:{link.Port}"));
}
