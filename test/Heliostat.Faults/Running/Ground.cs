using Heliostat.Testing.Clusters;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Running;

/// <summary>The two clusters, used by one scene after the other.</summary>
internal sealed class Ground : IAsyncDisposable
{
    /// <summary>Of each cluster, and so the replicas there can be.</summary>
    public const int Brokers = 3;

    private const string Domain = "faults.test";

    private const string LoginModule = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required";

    /// <summary>What brokers want of who comes by links: no connection outlives its token.</summary>
    private static readonly Dictionary<string, string> Logins = new()
    {
        ["listener.security.protocol.map"] = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,FAR:SASL_PLAINTEXT",
        ["listener.name.far.sasl.enabled.mechanisms"] = "OAUTHBEARER",
        ["listener.name.far.oauthbearer.sasl.jaas.config"] = $"{LoginModule} unsecuredLoginStringClaim_sub=\"broker\";",
        ["connections.max.reauth.ms"] = "60000",
    };

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

    /// <summary>Lines of a hosts file that lead the names of all links to an address.</summary>
    public IEnumerable<string> Hosts(string address) => ["127.0.0.1 localhost", .. Links.Select(link => $"{address} {link.Host}")];

    /// <summary>Settings of a client that comes by links to brokers who want a login: with tokens that are good for so long.</summary>
    public static Dictionary<string, string> Login(TimeSpan life) => new()
    {
        ["security.protocol"] = "SASL_PLAINTEXT",
        ["sasl.mechanism"] = "OAUTHBEARER",
        ["sasl.jaas.config"] = $"{LoginModule} unsecuredLoginStringClaim_sub=\"mirror\" "
            + $"unsecuredLoginLifetimeSeconds=\"{life.TotalSeconds:0}\";",
    };

    /// <summary>Real brokers, three to a cluster.</summary>
    /// <param name="logsIn">They want a login of who comes by links.</param>
    /// <param name="hasNames">Who comes by links is told names, which only a file of the suite's knows.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<Ground> StartRealAsync(bool logsIn, bool hasNames, CancellationToken ct)
    {
        var links = Enumerable.Range(1, 2 * Brokers)
            .Select(number => new BadLink(hasNames ? $"broker-{number}.{Domain}" : null)).ToList();
        var source = await KafkaCluster.StartAsync(Options(links[..Brokers], autoCreates: false), ct);
        return new Ground(source, await KafkaCluster.StartAsync(Options(links[Brokers..], autoCreates: true), ct), links);

        // A topic of the source that is gone is not to come back because its load goes on.
        KafkaClusterOptions Options(List<BadLink> links, bool autoCreates) => new()
        {
            Brokers = Brokers,
            Links = links,
            Properties = new Dictionary<string, string>(logsIn ? Logins : [])
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
        foreach (var real in new[] { Source, Target }.OfType<KafkaCluster>())
        {
            await Task.WhenAll(real.Brokers.Where(broker => !broker.IsRunning).Select(broker => real.StartBrokerAsync(broker.Id, ct)));
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

    private static string Addresses(IEnumerable<BadLink> links) => string.Join(',', links.Select(link => $"{link.Host}:{link.Port}"));
}
