using System.Text.Json.Nodes;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Output;

namespace Heliostat.Connect;

/// <summary>
/// A part of a flow as Kafka Connect would show it: MirrorMaker 2 has three connectors a flow. Each has one task, which is this process.
/// </summary>
/// <param name="flow">The flow, with its lanes.</param>
/// <param name="kind">The part.</param>
/// <param name="name">What it is called: with the flow before it, or without where the path has the flow.</param>
/// <param name="written">Its settings.</param>
/// <param name="stand">What operators want of it.</param>
internal sealed class Connector(FlowSnapshot flow, ConnectorKind kind, string name, IReadOnlyDictionary<string, string> written,
    WantedState stand)
{
    /// <summary>What tools take for the version of Kafka Connect: that whose answers these are.</summary>
    public const string Version = "4.3.1";

    private const int MostNamed = 20;

    public FlowSnapshot Flow => flow;

    public ConnectorKind Kind => kind;

    public string Name => name;

    /// <summary>An operator stopped it.</summary>
    public bool IsStopped => stand.IsStopped;

    private bool HasTask => State is not "STOPPED";

    /// <summary>A flow that waits for a cluster runs, as Connect's would: its clients try again by themselves.</summary>
    private string State => stand.IsStopped ? "STOPPED"
        : stand.IsPaused || (kind == ConnectorKind.Source && flow.IsPaused) ? "PAUSED"
        : flow.Status == FlowStatus.Refused ? "FAILED"
        : flow.Status == FlowStatus.Starting ? "UNASSIGNED"
        : "RUNNING";

    public ConnectorDocument Info() => new(name, Config(), HasTask ? [new TaskId(name, 0)] : []);

    /// <summary>Its settings.</summary>
    public IReadOnlyDictionary<string, string> Config() => written;

    public IReadOnlyList<TaskDocument> Tasks()
    {
        if (!HasTask)
        {
            return [];
        }

        var config = new Dictionary<string, string>(Config()) { ["task.class"] = kind.TaskClassName, ["task.index"] = "0" };
        if (kind == ConnectorKind.Source)
        {
            config["task.assigned.partitions"] = string.Join(',', flow.ByLane.Select(lane => $"{lane.Topic}-{lane.Partition}"));
        }
        else if (kind == ConnectorKind.Checkpoint)
        {
            config["task.assigned.groups"] = string.Join(',', flow.Groups.Select(group => group.Group));
        }

        return [new TaskDocument(new TaskId(name, 0), config)];
    }

    /// <summary>How it is.</summary>
    /// <param name="worker">This process, <c>host:port</c>.</param>
    /// <param name="isRestarting">It was just asked to begin anew.</param>
    public ConnectorStatus Status(string worker, bool isRestarting = false)
    {
        var state = isRestarting ? "RESTARTING" : State;
        return new ConnectorStatus(
            name, new ConnectorState(state, worker, Version) { Trace = state == "FAILED" ? flow.Cause : null },
            Task(worker, isRestarting) is { } task ? [task] : []);
    }

    /// <summary>How its task is; null while it is stopped.</summary>
    public TaskStatus? Task(string worker, bool isRestarting = false)
    {
        if (!HasTask)
        {
            return null;
        }

        var trace = Trace();
        return new TaskStatus(0, isRestarting ? "RESTARTING" : trace is not null && State == "RUNNING" ? "FAILED" : State, worker, Version)
        {
            Trace = trace
        };
    }

    /// <summary>The topics that it writes to.</summary>
    public IReadOnlyList<string> Topics() => kind == ConnectorKind.Source
        ? [.. flow.ByLane
            .Where(lane => lane.Records > 0).Select(lane => lane.TargetTopic).OfType<string>().Distinct().Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Where it goes on: a source's offset is that of the last record on the target.</summary>
    public OffsetsDocument Offsets()
    {
        var (source, target) = FlowName.Parse(flow.Flow);
        return new OffsetsDocument(kind == ConnectorKind.Source
            ? [.. from lane in flow.ByLane
                  where lane.Position > 0
                  select new OffsetDocument(
                      new JsonObject { ["cluster"] = source, ["partition"] = lane.Partition, ["topic"] = lane.Topic },
                      new JsonObject { ["offset"] = lane.Position - 1 })]
            : kind == ConnectorKind.Checkpoint
            ? [.. from @group in flow.Groups
                  from position in @group.Positions
                  select new OffsetDocument(
                      new JsonObject { ["partition"] = position.Partition, ["topic"] = position.TargetTopic, ["group"] = @group.Group },
                      new JsonObject { ["offset"] = 0 })]
            : [new OffsetDocument(new JsonObject { ["sourceClusterAlias"] = source, ["targetClusterAlias"] = target },
                new JsonObject { ["offset"] = 0 })]);
    }

    /// <summary>What stands still until somebody acts, the cause first; null when nothing does.</summary>
    private string? Trace()
    {
        if (flow.Status == FlowStatus.Refused)
        {
            return flow.Cause;
        }

        LaneProgress[] failed = kind == ConnectorKind.Source ? [.. flow.ByLane.Where(lane => lane.State == LaneState.Failed)] : [];
        return failed.Length == 0 ? null : string.Join('\n',
        [
            $"{Counted.Of(failed.Length, "lane")} of {flow.ByLane.Count} stand still until somebody acts: {failed[0].Paused?.Cause}",
            .. failed.Take(MostNamed).Select(lane => $"\tat {lane.Topic}-{lane.Partition}: {lane.Paused?.Cause}"),
            .. failed.Length > MostNamed ? [$"\t... {failed.Length - MostNamed} more"] : Array.Empty<string>(),
        ]);
    }
}

/// <summary>What operators want of a connector.</summary>
internal readonly record struct WantedState(bool IsPaused, bool IsStopped);
