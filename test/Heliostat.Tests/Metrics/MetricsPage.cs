using System.Text;
using Heliostat.Metrics;

namespace Heliostat.Tests.Metrics;

/// <summary>Writes <c>docs/metrics.md</c> from the declarations.</summary>
internal static class MetricsPage
{
    private const string Head = """
        # Metrics

        Made from the declarations; a test fails when it is stale, and `HELIOSTAT_UPDATE=1 dotnet test test/Heliostat.Tests` writes it anew.

        `heliostat run`, `mirror` and `mirror-maker` serve these with `--metrics [HOST:]PORT`, and `run` where its file has `heliostat.metrics.listeners`. Prometheus's text
        format 0.0.4, or OpenMetrics 1.0.0 where the scraper asks for it. Counters begin at 0 when the process starts, and never go back while it runs. `flow` is `A->B`;
        of `mirror` and `mirror-maker` it is `source->target`. Alerts, a dashboard and a scrape job are in [ops/](../ops/README.md).

        A mirror is looked at for who asks, and not more than about once a second, whoever asks how often: values are up to 0.9 s old. With 10,000 lanes a scrape of `/metrics` takes some 8 ms of processor time,
        of `/metrics/lanes` 10 to 20 ms ([bench/README.md](../bench/README.md#who-looks)).


        """;

    public static string Write()
    {
        var page = new StringBuilder(Head);
        Section(page, "`/metrics`", "The process, its flows and their topics; nine series a topic.", MirrorMetrics.OnMain);
        Section(
            page, "`/metrics/lanes`",
            "Lane by lane: six series a source partition, for a scrape job of its own, or for a look. `?flow=`, `?topic=` and `?state=` "
                + "choose (each may be repeated, or be a list "
            + "with commas), `?top=20` gives the worst: those that stand still first, then by lag.",
            MirrorMetrics.OnLanes);
        page.Append("""
            ## OpenTelemetry

            Where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`) names a collector, `run`, `mirror` and `mirror-maker` send it the metrics of flows and topics by OTLP;
            OpenTelemetry's other variables count too (`OTEL_EXPORTER_OTLP_PROTOCOL`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`,
            `OTEL_SDK_DISABLED`). Instruments of the meter `Heliostat`, for any listener of `System.Diagnostics.Metrics`: `heliostat.lanes`, `heliostat.lag`, `heliostat.lag.records`,
            `heliostat.lag.bytes`, `heliostat.retention.margin`, `heliostat.records`, `heliostat.bytes`, `heliostat.batches`, `heliostat.losses`, `heliostat.positions.stored`,
            `heliostat.memory.used`, `heliostat.memory.budget`. Lanes and histograms are not among them.

            ## `/metrics/mm2`

            What dashboards and alerts made for MirrorMaker 2 ask for, partition by partition. `?dialect=` says by whose names: `strimzi` (JMX exporter; unless said), `reporter`
            (Strimzi's Metrics Reporter), `aws` (aws-samples), `confluent` (its replicator's and worker's). A flow is one source connector `A->B.MirrorSourceConnector` with one task.
            There are counts and rates of records and bytes, `record_age_ms` and `replication_latency_ms` with min, max and avg over the last half to whole minute (absent where
            nothing moved), the reading client's `records_lag`, connector and task counts, and what tasks do. Lag is there also while nothing runs. In place of what only Java's
            clients have there is what is nearest: `incoming_byte` and `outgoing_byte` count bytes of batches that the target acknowledged, `buffer_available_bytes` is what is free of the
            memory between the clusters, `offset_commit_avg_time_ms` the last store of positions, `source_record_active_count` the offsets in flight, `checkpoint_latency_ms` the last
            checkpoint of each group, `rebalancing` 1 while a process waits for its slots. Every panel of Strimzi's dashboard of MirrorMaker 2 shows something but those of the JVM, of
            the container, and, in the reporter's form, of outstanding messages, which asks for a label of JMX.

            ## Health

            | path | answer |
            | --- | --- |
            | `/livez` | 200 while the process answers |
            | `/readyz` | 200 once every flow ran, 503 until then, with the names of those that did not; a lane or a flow that stands still later changes nothing |
            | `/health` | as `/readyz`, in the words of Kafka Connect (KIP-1017) |

            """);
        return page.ToString();
    }

    private static void Section(StringBuilder page, string title, string what, IReadOnlyList<Metric> metrics)
    {
        page.Append($"## {title}\n\n{what}\n\n| name | kind | labels | what it is |\n| --- | --- | --- | --- |\n");
        foreach (var metric in metrics)
        {
            page.Append(
                $"| `{metric.Name}` | "
                    + $"{(metric.Kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" })} | "
                    + $"{metric.Labels} | {metric.Help.Replace("<", "&lt;", StringComparison.Ordinal)} |\n");
        }

        page.Append('\n');
    }
}
