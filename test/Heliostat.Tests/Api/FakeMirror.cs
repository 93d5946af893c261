using Heliostat.Api;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Planning;

namespace Heliostat.Tests.Api;

/// <summary>A mirror that only remembers what it was told.</summary>
internal sealed class FakeMirror(EngineSnapshot engine) : IMirror
{
    private readonly List<string> _told = [];

    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    public EngineSnapshot Look(bool withLanes) => engine;

    public FlowSnapshot LookCloser(string flow) =>
        engine.Flows.First(known => known.Flow == flow) with { IsPaused = Told.Contains($"pause {flow}") };

    public void Idle(string flow, IReadOnlyList<Duty> duties, bool isIdle) =>
        Tell($"{(isIdle ? "idle" : "busy")} {flow} {string.Join(' ', duties)}");

    public Task PauseAsync(Place place, DateTimeOffset? until, CancellationToken ct)
    {
        Tell($"pause {place}");
        return Task.CompletedTask;
    }

    public void Resume(Place place) => Tell($"resume {place}");

    public void Throttle(Place place, long? bytesPerSecond) => Tell($"throttle {place} {bytesPerSecond}");

    public Task<IReadOnlyList<LaneMove>> MoveAsync(string flow, IReadOnlyDictionary<TopicPartition, long> to, bool dryRun,
        CancellationToken ct)
    {
        var lanes =
            engine.Flows.Single(one => one.Flow == flow).ByLane.ToDictionary(lane => new TopicPartition(lane.Topic, lane.Partition));
        LaneMove[] moves =
        [
            .. to.Select(move => new LaneMove(move.Key)
            {
                From = lanes[move.Key].Position,
                To = move.Value,
                IsStored = !dryRun,
                Refusal = Told.Any(told => told.StartsWith("pause ", StringComparison.Ordinal)) ? null : $"{move.Key} is not paused"
            }),
        ];
        if (!dryRun && moves.All(move => move.Refusal is null))
        {
            Tell($"move {flow} {string.Join(' ', to.Select(move => $"{move.Key}@{move.Value}"))}");
        }

        return Task.FromResult<IReadOnlyList<LaneMove>>(moves);
    }

    public int Retry(Place place)
    {
        Tell($"retry {place}");
        return 1;
    }

    public Task<FlowGroups?> GroupsAsync(string flow, CancellationToken ct) => Task.FromResult<FlowGroups?>(null);

    public Task<WorkersDocument?> WorkersAsync(string flow, CancellationToken ct) =>
        Task.FromResult(flow == "A->B"
            ? new WorkersDocument(flow, 3, [new("a/1", [0, 2], true, false), new("b/2", [1], false, false), new("c/3", [], false, true)])
            : null);

    public Task<string?> DrainAsync(string flow, string worker, bool isDrained, bool dryRun, CancellationToken ct) =>
        Said($"{(isDrained ? "drain" : "undrain")} {flow} {worker}", dryRun, worker == "a/1" ? "it is the only one" : null);

    public async Task<SlotMove> MoveSlotsAsync(
        string flow, string worker, IReadOnlyList<int> slots, TopicPartition? lane, bool dryRun, CancellationToken ct)
    {
        int[] all = [.. slots, .. lane is { } one ? [one.Partition] : Array.Empty<int>()];
        var refusal = await Said($"move {flow} {worker} {string.Join(' ', all)}", dryRun, all.All(slot => slot < 3) ? null : "of 0 to 2");
        return new SlotMove(refusal is null ? all : []) { Refusal = refusal };
    }

    public Task<string?> RebalanceAsync(string flow, bool dryRun, CancellationToken ct) => Said($"rebalance {flow}", dryRun, null);

    public async Task<LaneMove> SkipAsync(string flow, TopicPartition lane, long? to, long? count, bool dryRun, CancellationToken ct)
    {
        var isThere = lane.Partition < 9;
        var refusal = lane.Topic == "pays" ? $"{lane} is not paused" : isThere ? null : "nobody answered";
        await Said($"skip {flow} {lane} {to}+{count}", dryRun, refusal);
        return new LaneMove(lane) { From = 90, To = to ?? 90 + count, IsStored = !dryRun, Refusal = refusal, IsAnswered = isThere };
    }

    private Task<string?> Said(string what, bool dryRun, string? refusal)
    {
        if (!dryRun && refusal is null)
        {
            Tell(what);
        }

        return Task.FromResult(refusal);
    }

    private void Tell(string what)
    {
        lock (_told)
        {
            _told.Add(what);
        }
    }
}
