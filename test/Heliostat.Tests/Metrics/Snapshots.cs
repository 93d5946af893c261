using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Tests.Metrics;

/// <summary>What an engine might say of itself.</summary>
internal static class Snapshots
{
    public static DateTimeOffset At { get; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_060);

    public static EngineSnapshot Of(params FlowSnapshot[] flows) =>
        new(flows, MirrorSnapshot.Empty) { At = At, MemoryBudgetBytes = 128, MemoryUsedBytes = 3 };

    public static FlowSnapshot Flow(string name, FlowStatus status, params LaneProgress[] lanes) =>
        new() { Flow = name, Status = status, HasRun = status == FlowStatus.Running, Lanes = MirrorSnapshot.Empty, ByLane = lanes };

    public static LaneProgress Lane(string topic, int partition, LaneState state = LaneState.Live, long position = 0, long? end = null,
        long records = 0) => new(topic, partition, state)
        {
            TargetTopic = topic,
            Position = position,
            SourceEnd = end,
            Records = records,
            Bytes = records * 100,
            Batches = records / 10,
        };

    /// <summary>One of everything that the pages can tell.</summary>
    public static EngineSnapshot Everything { get; } = Of(
        Flow(
            "A->B", FlowStatus.Running,
            Lane("orders", 0, position: 90, end: 100, records: 50) with
            {
                BehindSince = At.AddSeconds(-12.5),
                InFlight = 3,
                DeletedAt = At.AddHours(2),
                Equality = new LaneEquality(0, null, null),
                Filling = new LaneFilling(1, 4, TimeSpan.FromSeconds(9)),
                RecordAges = new Ages(7, 1, 9, 4.5),
                ReplicationAges = new Ages(8, 2, 10, 5.5),
            }, Lane("orders", 1, LaneState.Failed, position: 5, end: 7, records: 30),
            Lane("pay\"s", 0, LaneState.Waiting)) with
        {
            Losses = [new LossCount("orders", "gap", 2, 17), new LossCount("orders", "truncated", 1, 0)],
            AcknowledgementLatency = new Latencies([1, 0, 2, .. new long[15]], 0.011),
            PositionsStoredIn = TimeSpan.FromMilliseconds(4.5),
            CheckpointTimes = [new CheckpointTime("shop \"1\"", "A.orders", 0, TimeSpan.FromMilliseconds(12))],
            PositionsStoredAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500),
        },
        Flow("B->A", FlowStatus.Waiting, Lane("x", 0, LaneState.Stopped, position: 1, end: 4)));

    /// <summary>A large mirror: 10,000 lanes in 500 topics.</summary>
    public static EngineSnapshot Large { get; } = Of(Flow(
        "A->B", FlowStatus.Running,
        [.. Enumerable.Range(0, 10_000).Select(i => Lane($"a-topic-of-some-length-{i / 20:0000}", i % 20, position: i * 1_000_003L,
            end: (i * 1_000_003L) + (i % 7), records: i * 977L))]));
}
