using System.Collections.Concurrent;
using System.Globalization;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Metrics;

/// <summary><c>/metrics/mm2</c>: what dashboards and alerts made for MirrorMaker 2 ask for, as far as a mirror has it.</summary>
internal sealed class Mm2Page
{
    /// <summary>Partitions come and go: beyond it all are rendered anew.</summary>
    private const int MostKept = 100_000;

    private static readonly string[] TaskStates = ["running", "paused", "failed", "unassigned", "destroyed", "restarting"];

    private static readonly (string Name, string Help, Func<LaneProgress, double?> Value)[] Numbers =
    [
        ("record_count", "Records that the target acknowledged.", lane => lane.Records),
        ("byte_count", "Bytes of batches that the target acknowledged.", lane => lane.Bytes),
        .. Of("record_age_ms", "Age of records when they were fetched, in milliseconds.", lane => lane.RecordAges),
        .. Of("replication_latency_ms", "Age of records when the target acknowledged them, in milliseconds.", lane => lane.ReplicationAges),
    ];

    private readonly ConcurrentDictionary<(Mm2Names Dialect, string Flow, string Topic, string? Target,
        int Partition), (byte[] Lane, byte[] Client)> _labels = new();
    private readonly RateBook _rates = new();

    public void Write(ExpositionWriter writer, EngineSnapshot engine, Mm2Names names)
    {
        if (_labels.Count > MostKept)
        {
            _labels.Clear();
        }

        WriteWorker(writer, engine, names);
        Mm2Clients.Write(writer, engine, names);
        if (names.Lane is null)
        {
            WriteReplicator(writer, engine);
        }
        else
        {
            WriteLanes(writer, engine, names);
        }

        writer.End();
    }

    private static IEnumerable<(string, string, Func<LaneProgress, double?>)> Of(string name, string help,
        Func<LaneProgress, Ages?> ages) =>
        [
            (name, help, lane => ages(lane)?.Last),
            (name + "_min", help, lane => ages(lane)?.Min),
            (name + "_max", help, lane => ages(lane)?.Max),
            (name + "_avg", help, lane => ages(lane)?.Average),
        ];

    private void WriteLanes(ExpositionWriter writer, EngineSnapshot engine, Mm2Names names)
    {
        var lanes =
            (from flow in engine.Flows from lane in flow.ByLane select (flow.Flow, Lane: lane, Labels: Labels(names, flow, lane))).ToList();
        foreach (var (name, help, value) in Numbers)
        {
            Write(names.Lane + name, help, lane => value(lane.Lane), lane => lane.Labels.Lane);
        }

        var rates = lanes.ConvertAll(lane => _rates.Of((lane.Flow, lane.Lane.Topic, lane.Lane.Partition), lane.Lane.Records,
            lane.Lane.Bytes, engine.At));
        WriteRates("record_rate", "Records a second, over the last half to whole minute.", rate => rate.Records);
        WriteRates("byte_rate", "Bytes a second, over the last half to whole minute.", rate => rate.Bytes);
        Write(names.Lag!, "Offsets between what the target acknowledged and the source's end.", lane => lane.Lane.Lag,
            lane => lane.Labels.Client);

        void Write(string name, string help, Func<(string Flow, LaneProgress Lane, (byte[] Lane, byte[] Client) Labels), double?> amount,
            Func<(string, LaneProgress, (byte[] Lane, byte[] Client) Labels), byte[]> labels)
        {
            writer.Family(new Metric(name, MetricKind.Gauge, "", help));
            foreach (var lane in lanes)
            {
                if (amount(lane) is { } number)
                {
                    writer.Sample(labels(lane), number);
                }
            }
        }

        void WriteRates(string name, string help, Func<(double Records, double Bytes), double> rate)
        {
            writer.Family(new Metric(names.Lane + name, MetricKind.Gauge, "", help));
            for (var i = 0; i < lanes.Count; i++)
            {
                writer.Sample(lanes[i].Labels.Lane, rate(rates[i]));
            }
        }
    }

    /// <summary>Confluent's dialect has nothing of MirrorMaker 2's lanes: its dashboards ask for those of its own replicator.</summary>
    private static void WriteReplicator(ExpositionWriter writer, EngineSnapshot engine)
    {
        var lanes = (
            from flow in engine.Flows
            from lane in flow.ByLane
            let partition = lane.Partition.ToString(CultureInfo.InvariantCulture)
            select (Lane: lane,
                Labels: LabelText.Render(("name", Connector(flow.Flow)), ("topic_name", lane.Topic), ("partition", partition)))).ToList();
        writer.Family(new Metric("confluent_replicator_task_metrics_message_lag", MetricKind.Gauge, "",
            "Offsets between what the target acknowledged and the source's end."));
        foreach (var (lane, labels) in lanes.Where(entry => entry.Lane.Lag is not null))
        {
            writer.Sample(labels, lane.Lag!.Value);
        }

        writer.Family(new Metric("confluent_replicator_task_metrics_latency", MetricKind.Gauge, "",
            "Age of records when the target acknowledged them, in milliseconds."));
        foreach (var (lane, labels) in lanes.Where(entry => entry.Lane.ReplicationAges is not null))
        {
            writer.Sample(labels, lane.ReplicationAges!.Average);
        }
    }

    /// <summary>A flow is a source connector with one task.</summary>
    private static void WriteWorker(ExpositionWriter writer, EngineSnapshot engine, Mm2Names names)
    {
        foreach (var (name, help) in (ReadOnlySpan<(string, string)>)[("connector_count", "Connectors of this worker: one a flow."),
            ("task_count", "Tasks of this worker: one a flow.")])
        {
            writer.Family(new Metric(names.Worker + name, MetricKind.Gauge, "", help));
            writer.Sample([], engine.Flows.Count);
        }

        foreach (var state in (ReadOnlySpan<string>)["total", .. TaskStates])
        {
            writer.Family(new Metric($"{names.Worker}connector_{state}_task_count", MetricKind.Gauge, "",
                $"Tasks of the connector: {state}."));
            foreach (var flow in engine.Flows)
            {
                writer.Sample(LabelText.Render(("connector", names.Jmx(Connector(flow.Flow)))),
                    state == "total" || state == StateOf(flow) ? 1 : 0);
            }
        }

        writer.Family(new Metric(names.Status, MetricKind.Gauge, "",
            "1 with what the task does: failed where its flow was refused, or a partition stands still until somebody acts."));
        foreach (var flow in engine.Flows)
        {
            writer.Sample(LabelText.Render(("connector", names.Jmx(Connector(flow.Flow))), ("task", "0"), ("status", StateOf(flow))), 1);
        }
    }

    /// <summary>A flow as a connector, as Strimzi would name it.</summary>
    public static string Connector(string flow) => $"{flow}.MirrorSourceConnector";

    private static string StateOf(FlowSnapshot flow) =>
        flow.Status == FlowStatus.Refused || flow.ByLane.Any(lane => lane.State == LaneState.Failed) ? "failed"
        : flow.IsPaused ? "paused"
        : flow.Status == FlowStatus.Stopped ? "destroyed"
        : "running";

    private (byte[] Lane, byte[] Client) Labels(Mm2Names names, FlowSnapshot flow, LaneProgress lane) => _labels.GetOrAdd(
        (names, flow.Flow, lane.Topic, lane.TargetTopic, lane.Partition),
        static key =>
        {
            var name = FlowName.Parse(key.Flow);
            var partition = key.Partition.ToString(CultureInfo.InvariantCulture);
            var client = key.Dialect.Jmx($"{key.Flow}|{Connector(key.Flow)}-0|replication-consumer");
            return (
                LabelText.Render(("source", name.Source), ("target", name.Target), ("topic", key.Target ?? key.Topic),
                    ("partition", partition)),
                LabelText.Render((key.Dialect.Client, client), ("topic", key.Topic), ("partition", partition)));
        });
}
