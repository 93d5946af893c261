using Heliostat.Api;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
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

    public Task DrainAsync(string flow, string worker, bool isDrained, CancellationToken ct)
    {
        Tell($"{(isDrained ? "drain" : "undrain")} {flow} {worker}");
        return Task.CompletedTask;
    }

    public Task RebalanceAsync(string flow, CancellationToken ct)
    {
        Tell($"rebalance {flow}");
        return Task.CompletedTask;
    }

    private void Tell(string what)
    {
        lock (_told)
        {
            _told.Add(what);
        }
    }
}
