using Heliostat.Configuration.Options;
using Heliostat.Metrics;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Status;

/// <summary>Makes documents of snapshots of the engine: the only place that knows both.</summary>
internal static class StatusOf
{
    private const int MostNamed = 10;

    /// <summary>What a flow is that runs and does not get on with something.</summary>
    private const string Troubled = "troubled";

    /// <summary>The whole, of a snapshot with its lanes.</summary>
    public static StatusDocument Engine(EngineSnapshot engine, DateTimeOffset at, DateTimeOffset startedAt)
    {
        FlowDocument[] flows = [.. engine.Flows.Select(flow => Flow(flow, at))];
        var troubles = Troubles(engine.Flows);
        return new StatusDocument
        {
            Sentence = Status.Sentence.Of(flows, troubles, at),
            Health = Status.Sentence.HealthOf(flows),
            At = at,
            Version = ProgramVersion.Text,
            StartedAt = startedAt,
            Flows = flows,
            Troubles = troubles,
            Memory = new MemoryDocument(engine.MemoryBudgetBytes, engine.MemoryUsedBytes),
        };
    }

    /// <summary>Each flow, of a snapshot with its lanes.</summary>
    public static IReadOnlyList<FlowDocument> Flows(EngineSnapshot engine) => [.. engine.Flows.Select(flow => Flow(flow, engine.At))];

    /// <summary>One flow, of a snapshot with its lanes, at a time of day.</summary>
    public static FlowDocument Flow(FlowSnapshot flow, DateTimeOffset at)
    {
        var name = FlowName.Parse(flow.Flow);
        var lanes = Counts(flow.ByLane);
        return new FlowDocument
        {
            Flow = flow.Flow,
            Source = name.Source,
            Target = name.Target,
            SourceServers = flow.Source?.BootstrapServers,
            TargetServers = flow.Target?.BootstrapServers,
            State = StateWords.Of(flow.Status),
            Paused = flow.IsPaused,
            Cause = flow.Cause,
            Lanes = lanes,
            LagRecords = lanes.LagUnknown > 0 || (lanes.All == 0 && flow.Status is FlowStatus.Starting or FlowStatus.Waiting)
                ? null
                : flow.ByLane.Sum(lane => lane.Lag ?? 0),
            LagAtLeast = flow.ByLane.Sum(lane => lane.Lag ?? 0),
            LagBytes = flow.Lanes.LagBytes,
            LagSeconds = Seconds(flow.ByLane, at),
            DeletedAt = flow.ByLane.Min(lane => lane.DeletedAt),
            DelayedUntil = flow.ByLane.Min(lane => lane.DelayedUntil),
            WorstTopic = flow.ByLane.Where(lane => lane.Lag > 0).MaxBy(lane => lane.Lag)?.Topic,
            Records = flow.Lanes.Records,
            Bytes = flow.Lanes.Bytes,
            RecordsPerSecond = Math.Round(flow.Lanes.RecordsPerSecond, 1),
            BytesPerSecond = Math.Round(flow.Lanes.BytesPerSecond),
            PositionsStoredAt = flow.PositionsStoredAt,
            Filling = flow.Lanes.Filling?.ToString(),
            Worker = flow.Worker is { } worker
                ? new WorkerDocument(worker.Name, worker.Slots, worker.Of, worker.Workers, worker.Differs)
                : null,
            Throttles = [.. flow.Throttles.Select(throttle => new ThrottleDocument(throttle.Topic, throttle.BytesPerSecond))],
            Schemas = flow.Schemas is { } schemas
                ? new SchemasDocument(schemas.Subjects, schemas.Schemas, schemas.Registered, schemas.Unknown,
                    [.. schemas.Failed.Keys.Order(StringComparer.Ordinal)], schemas.LookedAt) : null,
            Audit = flow.Audit is { } audit
                ? new AuditDocument(audit.Lanes.Count, audit.Verified, audit.Gone, audit.Bytes, Found(audit.Found), audit.At) : null,
            Losses = [.. flow.Losses.Select(loss => new LossDocument(loss.Topic, loss.Kind, loss.Times, loss.Offsets))],
        };
    }

    /// <summary>
    /// What does not get on: what stands still until somebody acts, what does and is tried again, and what goes on without something;
    /// of each that of most lanes first.
    /// </summary>
    public static IReadOnlyList<TroubleDocument> Troubles(IEnumerable<FlowSnapshot> flows) =>
        [.. flows.SelectMany(Troubles).OrderBy(trouble => trouble.State == Troubled ? 2 : trouble.RetryAt is null ? 0 : 1)
            .ThenByDescending(trouble => trouble.Lanes)];

    /// <summary>The topics of a flow, by name; its lanes come in that order.</summary>
    public static IReadOnlyList<TopicDocument> Topics(FlowSnapshot flow, DateTimeOffset at) =>
    [
        .. from lane in flow.ByLane
           group lane by lane.Topic into topic
           select new TopicDocument
           {
               Flow = flow.Flow,
               Topic = topic.Key,
               TargetTopic = topic.Select(lane => lane.TargetTopic).FirstOrDefault(name => name is not null),
               Lanes = Counts([.. topic]),
               LagRecords = topic.Any(lane => lane.Lag is not null) ? topic.Sum(lane => lane.Lag ?? 0) : null,
               LagSeconds = Seconds(topic, at),
               DeletedAt = topic.Min(lane => lane.DeletedAt),
               Records = topic.Sum(lane => lane.Records),
               Bytes = topic.Sum(lane => lane.Bytes),
           },
    ];

    public static LaneDocument Lane(string flow, LaneProgress lane, DateTimeOffset at) => new()
    {
        Flow = flow,
        Topic = lane.Topic,
        Partition = lane.Partition,
        State = StateWords.Of(lane.State),
        PausedByOperator = lane.IsPaused,
        TargetTopic = lane.TargetTopic,
        Position = lane.Position,
        SourceEnd = lane.SourceEnd,
        LagRecords = lane.Lag,
        LagSeconds = lane.LagSeconds(at) is { } late ? Math.Round(late, 1) : null,
        DeletedAt = lane.DeletedAt,
        Records = lane.Records,
        Bytes = lane.Bytes,
        Batches = lane.Batches,
        DelayedUntil = lane.DelayedUntil,
        Ended = lane.HasEnded,
        Equality = lane.Equality?.ToString(),
        Filling = lane.Filling?.ToString(),
        Cause = lane.Paused?.Cause,
        RetryAt = lane.Paused?.RetryAt,
    };

    /// <summary>Each lane that the background audit of a flow knows, those first that have findings.</summary>
    public static AuditedLaneDocument[] Audited(FlowSnapshot flow) =>
    [
        .. (flow.Audit?.Lanes ?? []).OrderBy(lane => lane.Found.Count == 0).ThenBy(lane => lane.Topic, StringComparer.Ordinal)
            .ThenBy(lane => lane.Partition).Select(lane => new AuditedLaneDocument
        {
            Topic = lane.Topic,
            Partition = lane.Partition,
            TargetTopic = lane.TargetTopic,
            From = lane.From,
            To = lane.To,
            TargetFrom = lane.TargetFrom,
            TargetTo = lane.TargetTo,
            Records = lane.Counts.Verified,
            Gone = lane.Counts.Gone,
            Found = Found(lane.Found),
            Findings = [.. lane.Findings.Select(finding => new AuditFindingDocument(
                finding.Kind.Name(), finding.Source, finding.Target, finding.Count))],
            Unverifiable = lane.Unverifiable,
        }),
    ];

    private static Dictionary<string, long> Found(IReadOnlyDictionary<AuditKind, long> found) =>
        found.OrderBy(kind => kind.Key).ToDictionary(kind => kind.Key.Name(), kind => kind.Value);

    /// <summary>Of the worst lane.</summary>
    private static double? Seconds(IEnumerable<LaneProgress> lanes, DateTimeOffset at) =>
        lanes.Max(lane => lane.LagSeconds(at)) is { } late ? Math.Round(late, 1) : null;

    private static LaneCounts Counts(IReadOnlyList<LaneProgress> lanes)
    {
        Span<int> states = stackalloc int[Enum.GetValues<LaneState>().Length];
        var (held, unknown, delayed, ended, equal, unequal) = (0, 0, 0, 0, 0, 0);
        foreach (var lane in lanes)
        {
            states[(int)lane.State]++;
            held += lane.IsPaused ? 1 : 0;
            unknown += lane.Lag is null ? 1 : 0;
            delayed += lane.DelayedUntil is null ? 0 : 1;
            ended += lane.HasEnded ? 1 : 0;
            equal += lane.IsEqual == true ? 1 : 0;
            unequal += lane.IsEqual == false ? 1 : 0;
        }

        return new LaneCounts
        {
            Live = states[(int)LaneState.Live],
            Waiting = states[(int)LaneState.Waiting],
            Paused = states[(int)LaneState.Paused],
            Failed = states[(int)LaneState.Failed],
            Stopped = states[(int)LaneState.Stopped],
            PausedByOperator = held,
            LagUnknown = unknown,
            Delayed = delayed,
            Ended = ended,
            EqualOffsets = equal,
            UnequalOffsets = unequal,
        };
    }

    private static IEnumerable<TroubleDocument> Troubles(FlowSnapshot flow)
    {
        foreach (var own in flow.Troubles)
        {
            yield return new TroubleDocument(flow.Flow, flow.Status == FlowStatus.Running ? Troubled : StateWords.Of(flow.Status),
                own.Sentence, 0, [], own.NextTry)
            { Kind = own.Kind.Code(), Since = own.Since };
        }

        foreach (var same in flow.ByLane.Where(lane => lane.Paused is not null).GroupBy(lane => (lane.State, lane.Paused!.Cause)))
        {
            yield return new TroubleDocument(
                flow.Flow, StateWords.Of(same.Key.State), same.Key.Cause, same.Count(),
                [.. same.Take(MostNamed).Select(lane => $"{lane.Topic}-{lane.Partition}")],
                same.Min(lane => lane.Paused!.RetryAt))
            {
                Kind = same.First().Paused!.Trouble.Kind.Code(),
                Since = same.Min(lane => lane.Paused!.Trouble.Since),
            };
        }
    }
}
