using System.Globalization;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Metrics;

/// <summary>
/// What dashboards ask of Kafka's clients, of the worker's group, and of commits and checkpoints: what a mirror has in their place.
/// </summary>
internal static class Mm2Clients
{
    private static readonly byte[] Task = LabelText.Render(("task", "0"));

    public static void Write(ExpositionWriter writer, EngineSnapshot engine, Mm2Names names)
    {
        if (names.Lane is not null)
        {
            WriteBytes(writer, engine, names);
            WriteCheckpoints(writer, engine);
        }

        WriteTasks(writer, engine, names);
        WriteGroup(writer, engine, names);
    }

    private static void WriteBytes(ExpositionWriter writer, EngineSnapshot engine, Mm2Names names)
    {
        Write("consumer", "incoming_byte_total", "Bytes of batches that were read, and that the target acknowledged.",
            flow => $"{flow}|{Mm2Page.Connector(flow)}-0|replication-consumer", flow => flow.Lanes.Bytes);
        Write("producer", "outgoing_byte_total", "Bytes of batches that the target acknowledged.", Producer, flow => flow.Lanes.Bytes);
        Write("producer", "buffer_available_bytes", "What is free of the memory between the clusters, in equal shares of the flows.",
            Producer, _ => Math.Max(0, engine.MemoryBudgetBytes - engine.MemoryUsedBytes) / engine.Flows.Count);

        static string Producer(string flow) => $"connector-producer-{Mm2Page.Connector(flow)}-0";

        void Write(string bean, string attribute, string help, Func<string, string> client, Func<FlowSnapshot, long> value)
        {
            var name = names.Of(bean, bean, attribute);
            var counts = name.EndsWith("_total", StringComparison.Ordinal);
            writer.Family(new Metric(name, counts ? MetricKind.Counter : MetricKind.Gauge, "", help));
            foreach (var flow in engine.Flows)
            {
                writer.Sample(LabelText.Render((names.Client, names.Jmx(client(flow.Flow)))), value(flow));
            }
        }
    }

    private static void WriteCheckpoints(ExpositionWriter writer, EngineSnapshot engine)
    {
        writer.Family(new Metric("kafka_connect_mirror_mirrorcheckpointconnector_checkpoint_latency_ms", MetricKind.Gauge, "",
            "From when a group's offset was read to when its checkpoint was written, the last one, in milliseconds."));
        foreach (var flow in engine.Flows)
        {
            var name = FlowName.Parse(flow.Flow);
            foreach (var one in flow.CheckpointTimes)
            {
                writer.Sample(
                    LabelText.Render(("source", name.Source), ("target", name.Target), ("group", one.Group), ("topic", one.TargetTopic),
                        ("partition", one.Partition.ToString(CultureInfo.InvariantCulture))),
                    one.Took.TotalMilliseconds);
            }
        }
    }

    private static void WriteTasks(ExpositionWriter writer, EngineSnapshot engine, Mm2Names names)
    {
        Write("connector_task", "offset_commit_avg_time_ms", "How long the last store of positions took, in milliseconds.",
            flow => flow.PositionsStoredIn?.TotalMilliseconds);
        Write("source_task", "source_record_active_count", "Offsets that were taken in, and that the target has not acknowledged.",
            flow => flow.ByLane.Sum(lane => lane.InFlight));

        void Write(string bean, string attribute, string help, Func<FlowSnapshot, double?> value)
        {
            writer.Family(new Metric(names.Of("connect", bean, attribute), MetricKind.Gauge, "", help));
            foreach (var flow in engine.Flows)
            {
                if (value(flow) is { } number)
                {
                    writer.Sample([.. LabelText.Render(("connector", names.Jmx(Mm2Page.Connector(flow.Flow)))), (byte)',', .. Task],
                        number);
                }
            }
        }
    }

    /// <summary>A process is the worker; where it shares a flow and has none of it, that is not assigned to it.</summary>
    private static void WriteGroup(ExpositionWriter writer, EngineSnapshot engine, Mm2Names names)
    {
        var labels = LabelText.Render((names.Client, "connect"));
        var assigned = engine.Flows.Count(flow => flow.Worker is not { Of: > 0, Slots: 0 });
        foreach (var what in (ReadOnlySpan<string>)["connectors", "tasks"])
        {
            writer.Family(new Metric(names.Of("connect", "connect_coordinator", $"assigned_{what}"), MetricKind.Gauge, "",
                $"The {what} that this process has: one a flow."));
            writer.Sample(labels, assigned);
        }

        writer.Family(new Metric(names.Of("connect", "connect_worker_rebalance", "rebalancing"), MetricKind.Gauge, "",
            "1 while this process waits to be told what it has of a flow that it shares, else 0."));
        writer.Sample([], engine.Flows.Any(flow => flow.Worker is { Of: 0 }) ? 1 : 0);
    }
}
