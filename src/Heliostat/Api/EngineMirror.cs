using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Planning;
using Heliostat.Status;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Api;

/// <summary>The engine of this process as the API sees it.</summary>
/// <param name="engine">What runs.</param>
/// <param name="shared">What it does, for all who ask.</param>
/// <param name="options">The options of a flow of MirrorMaker 2's way, as they are now; null where there is none of that name.</param>
/// <param name="time">The clock.</param>
internal sealed class EngineMirror(MirrorEngine engine, SharedLook shared, Func<FlowName, FlowOptions?> options, TimeProvider time)
    : IMirror
{
    /// <summary>Reading groups asks the clusters much: one caller at a time.</summary>
    private readonly AsyncLock _reading = new();

    public EngineSnapshot Look(bool withLanes) => shared.Now(withLanes);

    public FlowSnapshot LookCloser(string flow) => FlowOf(new Place(flow)).Snapshot(withLanes: true, withGroups: true);

    public void Idle(string flow, IReadOnlyList<Duty> duties, bool isIdle)
    {
        foreach (var duty in duties)
        {
            FlowOf(new Place(flow)).Idle(duty, isIdle);
        }

        shared.Forget();
    }

    public async Task PauseAsync(Place place, DateTimeOffset? until, CancellationToken ct)
    {
        // That it stands still is so at once; the tasks are what is waited for.
        var settled = place switch
        {
            { Topic: null } => FlowOf(place).PauseAsync(ct),
            { Partition: { } partition } => FlowOf(place).PauseLaneAsync(new TopicPartition(place.Topic, partition), ct),
            _ => FlowOf(place).PauseTopicAsync(place.Topic, ct),
        };
        if (until is { } at)
        {
            FlowOf(place).EndPauseAt(new PausedPlace(place.Topic, place.Partition), at);
        }

        shared.Forget();
        try
        {
            await settled;
        }
        finally
        {
            shared.Forget();
        }
    }

    public void Resume(Place place)
    {
        switch (place)
        {
            case { Topic: null }:
                FlowOf(place).Resume();
                break;
            case { Partition: { } partition }:
                FlowOf(place).ResumeLane(new TopicPartition(place.Topic, partition));
                break;
            default:
                FlowOf(place).ResumeTopic(place.Topic);
                break;
        }

        shared.Forget();
    }

    public void Throttle(Place place, long? bytesPerSecond)
    {
        FlowOf(place).Throttle(place.Topic, bytesPerSecond);
        shared.Forget();
    }

    public async Task<IReadOnlyList<LaneMove>> MoveAsync(string flow, IReadOnlyDictionary<TopicPartition, long> to, bool dryRun,
        CancellationToken ct)
    {
        var moves = await FlowOf(new Place(flow)).MoveAsync(to, dryRun, ct);
        shared.Forget();
        return moves;
    }

    public int Retry(Place place)
    {
        var flow = FlowOf(place);
        if (place.Topic is null)
        {
            flow.RetryNow();
        }

        var tried = flow.Lanes().Count(lane => lane.Paused is not null && Places.Has(place, lane)
            && flow.RetryLaneNow(new TopicPartition(lane.Topic, lane.Partition)));
        shared.Forget();
        return tried;
    }

    public async Task<FlowGroups?> GroupsAsync(string flow, CancellationToken ct)
    {
        if (options(FlowName.Parse(flow)) is not { } read)
        {
            return null;
        }

        await _reading.WaitAsync(ct);
        try
        {
            return await new GroupsReader(time, NullLoggerFactory.Instance).ReadAsync(read, ct);
        }
        finally
        {
            _reading.Release();
        }
    }

    public async Task<WorkersDocument?> WorkersAsync(string flow, CancellationToken ct)
    {
        if (options(FlowName.Parse(flow)) is not { } shared)
        {
            return null;
        }

        await using var shares = new FlowShares(shared, time, NullLoggerFactory.Instance);
        var workers = await shares.WorkersAsync(ct);
        return new WorkersDocument(flow, shares.Slots,
            [.. workers.Select(worker => new SharingWorker(worker.Name, worker.Slots, worker.HasControl, worker.IsDrained))]);
    }

    public async Task<string?> DrainAsync(string flow, string worker, bool isDrained, bool dryRun, CancellationToken ct)
    {
        await using var shares = Shares(flow);
        return await shares.DrainAsync(worker, isDrained, dryRun, ct);
    }

    public async Task<SlotMove> MoveSlotsAsync(
        string flow, string worker, IReadOnlyList<int> slots, TopicPartition? lane, bool dryRun, CancellationToken ct)
    {
        await using var shares = Shares(flow);
        return await shares.MoveAsync(worker, slots, lane, dryRun, ct);
    }

    public async Task<string?> RebalanceAsync(string flow, bool dryRun, CancellationToken ct)
    {
        await using var shares = Shares(flow);
        return await shares.RebalanceAsync(dryRun, ct);
    }

    public async Task<LaneMove> SkipAsync(string flow, TopicPartition lane, long? to, long? count, bool dryRun, CancellationToken ct)
    {
        if (options(FlowName.Parse(flow)) is not { } shared)
        {
            // It has no topic to say it in, and says so.
            return (await MoveAsync(flow, new Dictionary<TopicPartition, long> { [lane] = to ?? 0 }, dryRun: true, ct))[0];
        }

        await using var skips = new FlowSkips(shared, time, NullLoggerFactory.Instance);
        return await skips.SkipAsync(lane, to, count, dryRun, FlowSkips.Patience, ct);
    }

    private FlowShares Shares(string flow) => new(options(FlowName.Parse(flow))!, time, NullLoggerFactory.Instance);

    private Flow FlowOf(Place place) => engine.Flows.First(flow => flow.Name == place.Flow);
}
