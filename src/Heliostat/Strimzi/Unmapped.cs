namespace Heliostat.Strimzi;

/// <summary>What a resource may say and what has no effect here, with the reason; what is in none of these lists is not known.</summary>
internal static class Unmapped
{
    private const string Pods = "is about pods: whoever starts this process decides it";
    private const string Retries = "lanes that stand still are tried again anyway";
    private const string Asked = "is for an annotation that the operator looks for: docs/rest.md has positions";

    private static readonly string[] OfCluster =
    [
        "alias", "bootstrapServers", "groupId", "configStorageTopic", "offsetStorageTopic", "statusStorageTopic", "tls",
        "authentication", "config",
    ];

    private static readonly string[] OfAuthentication = ["type", "username", "passwordSecret", "certificateAndKey", "sasl", "config"];

    private static readonly string[] Connectors = ["sourceConnector", "checkpointConnector", "heartbeatConnector"];

    private static readonly string[] OfMirror =
    [
        "source", "sourceCluster", "targetCluster", "topicsPattern", "topicsExcludePattern", "topicsBlacklistPattern", "groupsPattern",
        "groupsExcludePattern", "groupsBlacklistPattern", .. Connectors,
    ];

    private static readonly Dictionary<string, string> InSpec = new(StringComparer.Ordinal)
    {
        ["version"] = "no Kafka of its own is started",
        ["replicas"] = Pods,
        ["resources"] = Pods,
        ["template"] = Pods,
        ["image"] = Pods,
        ["clientRackInitImage"] = Pods,
        ["livenessProbe"] = Pods,
        ["readinessProbe"] = Pods,
        ["externalConfiguration"] = Pods,
        ["jvmOptions"] = "there is no JVM",
        ["jmxOptions"] = "there is no JMX: --metrics or heliostat.metrics.listeners in the target's config",
        ["logging"] = "--verbosity, and heliostat loggers while it runs",
        ["metricsConfig"] = "--metrics or heliostat.metrics.listeners in the target's config; /metrics/mm2 is for Strimzi's dashboards",
        ["tracing"] = "there are no spans: OTEL_EXPORTER_OTLP_ENDPOINT for metrics",
        ["rack"] = "nobody looks at the node's label: write 'consumer.client.rack' into the source's config",
    };

    private static readonly Dictionary<string, string> InConnector = new(StringComparer.Ordinal)
    {
        ["autoRestart"] = Retries,
        ["listOffsets"] = Asked,
        ["alterOffsets"] = Asked,
        ["version"] = "there are no plug-ins to choose from",
    };

    /// <summary>All that is said in <paramref name="resource"/> and read by nobody, and why.</summary>
    public static IEnumerable<(ResourceField At, string Why)> Of(MirrorResource resource)
    {
        foreach (var found in In(resource.Spec, InSpec, "target", "mirrors", "clusters", "connectCluster"))
        {
            yield return found;
        }

        var clusters = resource.Mirrors.SelectMany(mirror => (ResourceField[])[mirror.Source.Field, mirror.Target.Field]);
        foreach (var cluster in clusters.DistinctBy(field => field.Path))
        {
            foreach (var found in InCluster(cluster))
            {
                yield return found;
            }
        }

        foreach (var mirror in resource.Mirrors)
        {
            foreach (var found in InMirror(mirror.Field))
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<(ResourceField At, string Why)> InCluster(ResourceField cluster)
    {
        var trusted = cluster["tls"] is { } tls ? In(tls, [], "trustedCertificates") : [];
        var login = cluster["authentication"] is { } authentication ? In(authentication, [], OfAuthentication) : [];
        return In(cluster, [], OfCluster).Concat(trusted).Concat(login);
    }

    private static IEnumerable<(ResourceField At, string Why)> InMirror(ResourceField mirror)
    {
        var connectors = Connectors.Select(name => mirror[name]).OfType<ResourceField>();
        var theirs = connectors.SelectMany(connector => In(connector, InConnector, "tasksMax", "config", "state", "pause"));
        return In(mirror, [], OfMirror).Concat(theirs);
    }

    private static IEnumerable<(ResourceField At, string Why)> In(
        ResourceField field, Dictionary<string, string> without, params string[] read) =>
        from one in field.Fields
        where !read.Contains(one.Name)
        select (one, without.TryGetValue(one.Name, out var why) ? $"has no effect here: {why}" : "is not known, and has no effect");
}
