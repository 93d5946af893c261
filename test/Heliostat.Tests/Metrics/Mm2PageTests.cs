using Heliostat.Metrics;

namespace Heliostat.Tests.Metrics;

public sealed class Mm2PageTests
{
    private const string Strimzi = "source=\"A\",target=\"B\",topic=\"orders\",partition=\"0\"";

    [Fact]
    public void Strimzi_s_names_have_JMX_s_quotes()
    {
        var page = Lines("strimzi");

        Assert.Contains($"kafka_connect_mirror_mirrorsourceconnector_record_count{{{Strimzi}}} 50", page);
        Assert.Contains($"kafka_connect_mirror_mirrorsourceconnector_record_rate{{{Strimzi}}} 0", page);
        Assert.Contains($"kafka_connect_mirror_mirrorsourceconnector_record_age_ms_avg{{{Strimzi}}} 4.5", page);
        Assert.Contains($"kafka_connect_mirror_mirrorsourceconnector_replication_latency_ms{{{Strimzi}}} 8", page);
        Assert.Contains(
            "kafka_consumer_fetch_manager_records_lag{clientid=\"\\\"A->B|A->B.MirrorSourceConnector-0|replication-consumer\\\"\",topic=\"orders\",partition=\"0\"} 10", page);
        Assert.Contains("kafka_connect_connector_status{connector=\"\\\"A->B.MirrorSourceConnector\\\"\",task=\"0\",status=\"failed\"} 1",
            page);
        Assert.Contains("kafka_connect_worker_connector_count 2", page);
    }

    /// <summary>What the panels of Strimzi's dashboard ask for besides lanes; those of its reporter's form in its names.</summary>
    [Fact]
    public void Panels_of_clients_commits_checkpoints_and_rebalances_are_not_empty()
    {
        const string Connector = "connector=\"\\\"A->B.MirrorSourceConnector\\\"\",task=\"0\"";
        string[] strimzi =
        [
            "kafka_consumer_incoming_byte_total{clientid=\"\\\"A->B|A->B.MirrorSourceConnector-0|replication-consumer\\\"\"} 0",
            "kafka_producer_outgoing_byte_total{clientid=\"\\\"connector-producer-A->B.MirrorSourceConnector-0\\\"\"} 0",
            "kafka_producer_buffer_available_bytes{clientid=\"\\\"connector-producer-A->B.MirrorSourceConnector-0\\\"\"} 62",
            $"kafka_connect_connector_task_offset_commit_avg_time_ms{{{Connector}}} 4.5",
            $"kafka_connect_source_task_source_record_active_count{{{Connector}}} 3",
            "kafka_connect_coordinator_assigned_connectors{clientid=\"connect\"} 2",
            "kafka_connect_coordinator_assigned_tasks{clientid=\"connect\"} 2",
            "kafka_connect_worker_rebalance_rebalancing 0",
            "kafka_connect_mirror_mirrorcheckpointconnector_checkpoint_latency_ms{source=\"A\",target=\"B\",group=\"shop \\\"1\\\"\","
                + "topic=\"A.orders\",partition=\"0\"} 12",
        ];
        string[] reporter =
        [
            "kafka_consumer_consumer_metrics_incoming_byte{client_id=\"A->B|A->B.MirrorSourceConnector-0|replication-consumer\"} 0",
            "kafka_producer_producer_metrics_outgoing_byte{client_id=\"connector-producer-A->B.MirrorSourceConnector-0\"} 0",
            "kafka_producer_producer_metrics_buffer_available_bytes{client_id=\"connector-producer-A->B.MirrorSourceConnector-0\"} 62",
            "kafka_connect_connector_task_metrics_offset_commit_avg_time_ms{connector=\"A->B.MirrorSourceConnector\",task=\"0\"} 4.5",
            "kafka_connect_connect_coordinator_metrics_assigned_tasks{client_id=\"connect\"} 2",
            "kafka_connect_connect_worker_rebalance_metrics_rebalancing 0",
        ];

        Assert.Equal(strimzi, strimzi.Intersect(Lines("strimzi")));
        Assert.Equal(reporter, reporter.Intersect(Lines("reporter")));
    }

    [Theory]
    [InlineData("reporter",
        "kafka_consumer_consumer_fetch_manager_metrics_records_lag{client_id=\"A->B|A->B.MirrorSourceConnector-0|replication-consumer\",topic=\"orders\",partition=\"0\"} 10")]
    [InlineData("aws", "kafka_connect_mirror_source_connector_replication_latency_ms_avg{" + Strimzi + "} 5.5")]
    [InlineData("confluent",
        "confluent_replicator_task_metrics_message_lag{name=\"A->B.MirrorSourceConnector\",topic_name=\"orders\",partition=\"0\"} 10")]
    public void Other_dialects_have_other_names(string dialect, string line) => Assert.Contains(line, Lines(dialect));

    [Fact]
    public void Rates_are_of_the_last_half_to_whole_minute()
    {
        var (book, lane) = (new RateBook(), ("A->B", "orders", 0));
        var at = Snapshots.At;
        Assert.Equal((0, 0), book.Of(lane, 1000, 10, at));
        Assert.Equal((10, 1), book.Of(lane, 1100, 20, at.AddSeconds(10)));
        Assert.Equal((20, 0), book.Of(lane, 1600, 10, at.AddSeconds(30)));

        // The first look is forgotten after the second window began.
        Assert.Equal((0, 0), book.Of(lane, 1600, 10, at.AddSeconds(60)));
    }

    [PromtoolTheory]
    [InlineData("strimzi")]
    [InlineData("reporter")]
    [InlineData("aws")]
    [InlineData("confluent")]
    public async Task Prometheus_can_read_it(string dialect)
    {
        var (exitCode, said) = await Promtool.RunAsync(["check", "metrics"], PageText.OfMm2(Snapshots.Everything, dialect));

        // Names that promtool would not have given are people's: 3 is lint, 1 what cannot be read.
        Assert.True(exitCode is 0 or 3, said);
        Assert.DoesNotContain("parse", said, StringComparison.OrdinalIgnoreCase);
    }

    private static string[] Lines(string dialect) => PageText.OfMm2(Snapshots.Everything, dialect).Split('\n');
}
