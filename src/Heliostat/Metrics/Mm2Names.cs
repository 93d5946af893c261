namespace Heliostat.Metrics;

/// <summary>
/// What MirrorMaker 2's metrics are called by those who make them into Prometheus's: four dialects, which dashboards stand on. Where JMX
/// puts quotes around a value, those who read JMX keep them.
/// </summary>
/// <param name="Lane">What the names of the source connector's metrics begin with, partition by partition; null where the dialect has
/// none.</param>
/// <param name="Lag">The reading client's lag; null where the dialect has none.</param>
/// <param name="Client">The label of that client.</param>
/// <param name="Worker">What the names of a worker's metrics begin with.</param>
/// <param name="Status">The metric of what tasks do.</param>
/// <param name="Quotes">Whether JMX's quotes are kept.</param>
internal sealed record Mm2Names(string? Lane, string? Lag, string Client, string Worker, string Status, bool Quotes)
{
    private static readonly Dictionary<string, Mm2Names> Dialects = new(StringComparer.Ordinal)
    {
        ["strimzi"] = new("kafka_connect_mirror_mirrorsourceconnector_", "kafka_consumer_fetch_manager_records_lag", "clientid",
            "kafka_connect_worker_", "kafka_connect_connector_status", true),
        ["reporter"] = new(
            "kafka_connect_mirror_mirrorsourceconnector_", "kafka_consumer_consumer_fetch_manager_metrics_records_lag", "client_id",
            "kafka_connect_connect_worker_metrics_",
            "kafka_connect_connector_status", false),
        ["aws"] = new("kafka_connect_mirror_source_connector_", "kafka_consumer_fetch_manager_records_lag", "clientid",
            "kafka_connect_worker_", "kafka_connect_connector_status", true),
        ["confluent"] = new(null, null, "client_id", "kafka_connect_connect_worker_metrics_", "kafka_connect_connector_metrics", false),
    };

    public static IEnumerable<string> All => Dialects.Keys;

    /// <summary>Null where there is none of the name.</summary>
    public static Mm2Names? Find(string dialect) => Dialects.GetValueOrDefault(dialect);

    /// <summary>What an attribute of one of Kafka's or Connect's beans is called.</summary>
    /// <param name="domain">The client, or connect.</param>
    /// <param name="bean">The bean's type without "-metrics".</param>
    /// <param name="attribute">The attribute; where it ends in "_total" it counts up.</param>
    public string Of(string domain, string bean, string attribute) => Quotes
        ? bean == domain || bean.StartsWith($"{domain}_", StringComparison.Ordinal)
            ? $"kafka_{bean}_{attribute}"
            : $"kafka_{domain}_{bean}_{attribute}"
        : $"kafka_{domain}_{bean}_metrics_{(attribute.EndsWith("_total", StringComparison.Ordinal) ? attribute[..^6] : attribute)}";

    /// <summary>
    /// A name as JMX would have it: what holds other than letters, digits and <c>_-%. </c> is in quotes, and who reads JMX keeps them.
    /// </summary>
    public string Jmx(string value) => Quotes && value.Any(character => !char.IsAsciiLetterOrDigit(character)
        && !"_-%. \t".Contains(character, StringComparison.Ordinal)) ? $"\"{value}\"" : value;
}
