using System.Globalization;
using System.Runtime.InteropServices;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Registries;

namespace Heliostat.Metrics;

/// <summary><c>/metrics</c>: the process, its flows and their topics; lanes are on a page of their own (<see cref="LanesPage"/>).</summary>
internal sealed class MainPage(Labels labels)
{
    private static readonly byte[] Build = LabelText.Render(("version", ProgramVersion.Text),
        ("runtime", RuntimeInformation.FrameworkDescription));
    private static readonly byte[][] Generations = [.. Enumerable.Range(0, 3)
        .Select(g => LabelText.Render(("generation", g.ToString(CultureInfo.InvariantCulture))))];

    public void Write(ExpositionWriter writer, EngineSnapshot engine, ProcessUse process)
    {
        writer.Family(MirrorMetrics.Build);
        writer.Sample(Build, 1);
        WriteFlows(writer, engine);
        WriteSameOffsets(writer, engine);
        WriteSchemas(writer, engine);
        WriteAudits(writer, engine);
        WriteTopics(writer, TopicSum.Of(engine, labels));
        WriteLatencies(writer, MirrorMetrics.AckLatency, engine, static flow => flow.AcknowledgementLatency);
        WriteLatencies(writer, MirrorMetrics.ReplicationLatency, engine, static flow => flow.ReplicationLatency);
        WriteLosses(writer, engine);
        WriteProcess(writer, engine, process);
        writer.End();
    }

    private static void WriteFlows(ExpositionWriter writer, EngineSnapshot engine)
    {
        writer.Family(MirrorMetrics.Flow);
        foreach (var flow in engine.Flows)
        {
            var name = FlowName.Parse(flow.Flow);
            writer.Sample(LabelText.Render(("flow", flow.Flow), ("source", name.Source), ("target", name.Target)), 1);
        }

        writer.Family(MirrorMetrics.FlowState);
        foreach (var flow in engine.Flows)
        {
            foreach (var status in Enum.GetValues<FlowStatus>())
            {
                writer.Sample(LabelText.Render(("flow", flow.Flow), ("state", StateWords.Of(status))), flow.Status == status ? 1 : 0);
            }
        }

        writer.Family(MirrorMetrics.Lanes);
        foreach (var flow in engine.Flows)
        {
            foreach (var state in Enum.GetValues<LaneState>())
            {
                writer.Sample(LabelText.Render(("flow", flow.Flow), ("state", StateWords.Of(state))),
                    flow.ByLane.Count(lane => lane.State == state));
            }
        }

        writer.Family(MirrorMetrics.LagUnknown);
        foreach (var flow in engine.Flows)
        {
            writer.Sample(LabelText.Render(("flow", flow.Flow)), flow.ByLane.Count(lane => lane.Lag is null));
        }

        writer.Family(MirrorMetrics.PositionsStored);
        foreach (var flow in engine.Flows)
        {
            if (flow.PositionsStoredAt is { } at)
            {
                writer.Sample(LabelText.Render(("flow", flow.Flow)), ProcessUse.Seconds(at));
            }
        }
    }

    private static void WriteSameOffsets(ExpositionWriter writer, EngineSnapshot engine)
    {
        Write(MirrorMetrics.EqualLanes, static flow => CountOf(flow, isEqual: true));
        Write(MirrorMetrics.UnequalLanes, static flow => CountOf(flow, isEqual: false));
        Write(MirrorMetrics.Filling, static flow => flow.Lanes.Filling?.Of);
        Write(MirrorMetrics.Filled, static flow => flow.Lanes.Filling?.Done);
        Write(MirrorMetrics.FillingLeft, static flow => (long?)flow.Lanes.Filling?.Left?.TotalSeconds);

        static long? CountOf(FlowSnapshot flow, bool isEqual) =>
            flow.ByLane.Any(lane => lane.IsEqual is not null) ? flow.ByLane.Count(lane => lane.IsEqual == isEqual) : null;

        void Write(Metric metric, Func<FlowSnapshot, long?> amount)
        {
            writer.Family(metric);
            foreach (var flow in engine.Flows)
            {
                if (amount(flow) is { } value)
                {
                    writer.Sample(LabelText.Render(("flow", flow.Flow)), value);
                }
            }
        }
    }

    private static void WriteSchemas(ExpositionWriter writer, EngineSnapshot engine)
    {
        Write(MirrorMetrics.Schemas, static schemas => schemas.Schemas);
        Write(MirrorMetrics.SchemasRegistered, static schemas => schemas.Registered);
        Write(MirrorMetrics.SchemasRefused, static schemas => schemas.Failed.Count);

        void Write(Metric metric, Func<SchemaStatus, double> value)
        {
            writer.Family(metric);
            foreach (var flow in engine.Flows)
            {
                if (flow.Schemas is { } schemas)
                {
                    writer.Sample(LabelText.Render(("flow", flow.Flow)), value(schemas));
                }
            }
        }
    }

    private static void WriteAudits(ExpositionWriter writer, EngineSnapshot engine)
    {
        Write(MirrorMetrics.AuditVerified, static audit => audit.Verified);
        Write(MirrorMetrics.AuditBytes, static audit => audit.Bytes);
        writer.Family(MirrorMetrics.AuditFound);
        foreach (var flow in engine.Flows.Where(flow => flow.Audit is not null))
        {
            var found = flow.Audit!.Found;
            foreach (var kind in Enum.GetValues<AuditKind>())
            {
                writer.Sample(LabelText.Render(("flow", flow.Flow), ("kind", kind.Name())), found.GetValueOrDefault(kind));
            }
        }

        void Write(Metric metric, Func<AuditStatus, long> amount)
        {
            writer.Family(metric);
            foreach (var flow in engine.Flows.Where(flow => flow.Audit is not null))
            {
                writer.Sample(LabelText.Render(("flow", flow.Flow)), amount(flow.Audit!));
            }
        }
    }

    private static void WriteTopics(ExpositionWriter writer, List<TopicSum> topics)
    {
        Write(MirrorMetrics.LagRecords, static topic => topic.Lag);
        Write(MirrorMetrics.LagBytes, static topic => topic.LagBytes);
        Write(MirrorMetrics.Records, static topic => topic.Records);
        Write(MirrorMetrics.Bytes, static topic => topic.Bytes);
        Write(MirrorMetrics.Batches, static topic => topic.Batches);
        Write(MirrorMetrics.LeftOut, static topic => topic.LeftOut);
        WriteSeconds(MirrorMetrics.LagSeconds, static topic => topic.LagSeconds);
        WriteSeconds(MirrorMetrics.RetentionMargin, static topic => topic.MarginSeconds);

        void WriteSeconds(Metric metric, Func<TopicSum, double?> amount)
        {
            writer.Family(metric);
            foreach (var topic in topics)
            {
                if (amount(topic) is { } value)
                {
                    writer.Sample(topic.Labels, Math.Round(value, 3));
                }
            }
        }

        void Write(Metric metric, Func<TopicSum, long?> amount)
        {
            writer.Family(metric);
            foreach (var topic in topics)
            {
                if (amount(topic) is { } value)
                {
                    writer.Sample(topic.Labels, value);
                }
            }
        }
    }

    private static void WriteLatencies(ExpositionWriter writer, Metric metric, EngineSnapshot engine, Func<FlowSnapshot, Latencies> took)
    {
        writer.Family(metric);
        foreach (var flow in engine.Flows)
        {
            writer.Histogram(LabelText.Render(("flow", flow.Flow)), took(flow));
        }
    }

    private void WriteLosses(ExpositionWriter writer, EngineSnapshot engine)
    {
        writer.Family(MirrorMetrics.Losses);
        foreach (var flow in engine.Flows)
        {
            foreach (var loss in flow.Losses)
            {
                writer.Sample(labels.Topic(flow.Flow, loss.Topic), LabelText.Render(("kind", loss.Kind)), loss.Times);
            }
        }

        writer.Family(MirrorMetrics.GapRecords);
        foreach (var flow in engine.Flows)
        {
            foreach (var loss in flow.Losses.Where(loss => loss.Offsets > 0))
            {
                writer.Sample(labels.Topic(flow.Flow, loss.Topic), loss.Offsets);
            }
        }
    }

    private static void WriteProcess(ExpositionWriter writer, EngineSnapshot engine, ProcessUse process)
    {
        One(MirrorMetrics.MemoryBudget, engine.MemoryBudgetBytes);
        One(MirrorMetrics.MemoryUsed, engine.MemoryUsedBytes);
        One(MirrorMetrics.CpuSeconds, process.CpuSeconds);
        One(MirrorMetrics.ResidentMemory, process.ResidentBytes);
        One(MirrorMetrics.StartTime, process.StartedAt);
        One(MirrorMetrics.Threads, process.Threads);
        One(MirrorMetrics.HeapBytes, process.HeapBytes);
        One(MirrorMetrics.PauseSeconds, process.PauseSeconds);
        One(MirrorMetrics.PoolThreads, process.PoolThreads);
        writer.Family(MirrorMetrics.Collections);
        for (var generation = 0; generation < process.Collections.Count; generation++)
        {
            writer.Sample(Generations[generation], process.Collections[generation]);
        }

        void One(Metric metric, double value)
        {
            writer.Family(metric);
            writer.Sample([], value);
        }
    }
}
