using System.Collections.Concurrent;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// A share of a flow's lanes with a producer of its own: MirrorMaker 1's thread, or under exactly-once a slot that workers share out. Here
/// lanes are given up, whoever takes them.
/// </summary>
/// <param name="pipe">What its lanes read and write with.</param>
/// <param name="lanes">What it owns.</param>
/// <param name="factory">Builds lanes and takes them down.</param>
/// <param name="positions">Stores where they are.</param>
/// <param name="step">How long lanes may wait for their last acknowledgements, and how long storing what they reached may take
/// then.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class FlowSlot(SlotPipe pipe, LaneTable lanes, LaneFactory factory, IPositions positions, TimeSpan step,
    FlowScope scope) : ILaneHolder
{
    /// <summary>Of partitions that were given up and did not come back: what halted them, and what of them is not stored.</summary>
    private readonly ConcurrentDictionary<TopicPartition, (PausedLane? Halted, long Repeats)> _leftOver = new();

    public LaneTable Lanes => lanes;

    public LaneFactory Factory => factory;

    public IPositions Positions => positions;

    /// <summary>How many lanes it has.</summary>
    public int Count => lanes.Count;

    public IReadOnlyList<TopicPartition> Owned => lanes.Owned;

    /// <summary>Lanes that stand still until somebody says how to go on, those that were given up so included.</summary>
    public IReadOnlyList<PausedLane> Halted => [.. lanes.Halted(), .. _leftOver.Values.Select(left => left.Halted).OfType<PausedLane>()];

    /// <summary>At most so many records are mirrored again if nothing more is stored.</summary>
    public long Repeats => positions.Unstored(lanes.Open) + _leftOver.Values.Sum(left => left.Repeats);

    /// <summary>Called when there may be lanes to open.</summary>
    public Action? Woken { get; init; }

    /// <summary>What its lanes stand on is gone: nothing more can be sent.</summary>
    public bool IsLost => pipe.IsLost;

    /// <summary>Something that it reads or writes with ended on its own.</summary>
    public void Break() => pipe.Break();

    public void Own(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _leftOver.TryRemove(partition, out _);
            lanes.Own(partition);
        }

        Woken?.Invoke();
    }

    public async Task RevokeAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken ct)
    {
        KeepHalts(partitions);
        var given = lanes.BeginGivingUp(partitions);
        try
        {
            await DrainAsync(given, ct);
        }
        finally
        {
            try
            {
                await StoreAsync(ct);
            }
            finally
            {
                await CloseAsync(partitions, given);
            }
        }
    }

    public async Task LoseAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken ct)
    {
        LogLost(scope.Logger, partitions.Count);
        await CloseAsync(partitions, lanes.BeginGivingUp(partitions));
        foreach (var partition in positions.NeedTheProducer ? partitions : [])
        {
            // Who has it now looks at the target before it goes on.
            _leftOver.TryRemove(partition, out _);
        }
    }

    private async Task DrainAsync(List<Lane> given, CancellationToken ct)
    {
        if (IsLost)
        {
            return;
        }

        try
        {
            await Settling.AllAsync(given.Select(lane => lane.DrainAsync())).WaitHereAsync(step, scope.Time, ct);
        }
        catch (TimeoutException)
        {
            LogNotDrained(scope.Logger, given.Count(lane => !lane.Snapshot().IsSettled));
        }
    }

    private async Task StoreAsync(CancellationToken ct)
    {
        if (!positions.NeedTheProducer)
        {
            // Who takes the lanes says how long it waits.
            await positions.Rounds.RunNowAsync(ct);
            return;
        }

        if (IsLost)
        {
            return;
        }

        using var enough = new CancellationTokenSource(step, scope.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
        try
        {
            await positions.Rounds.RunNowAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            LogNotStored(scope.Logger, step.TotalSeconds);
        }
    }

    /// <summary>Who looks for them later, at the end of all, has to find them.</summary>
    private void KeepHalts(IReadOnlyList<TopicPartition> partitions)
    {
        foreach (var halted in lanes.Halted())
        {
            var partition = new TopicPartition(halted.Topic, halted.Partition);
            if (partitions.Contains(partition))
            {
                _leftOver[partition] = (halted, 0);
            }
        }
    }

    private async Task CloseAsync(IReadOnlyList<TopicPartition> partitions, List<Lane> given)
    {
        foreach (var lane in given)
        {
            _leftOver[lane.Plan.Source] = (_leftOver.GetValueOrDefault(lane.Plan.Source).Halted, positions.Unstored([lane]));
        }

        lanes.Disown(partitions);
        foreach (var lane in given)
        {
            factory.Close(lane);
        }

        await positions.ForgetAsync(given, CancellationToken.None);
    }

    [LoggerMessage(EventIds.Drained, LogLevel.Warning,
        "lanes given back before the target acknowledged all that was in flight: {Count}; it may be mirrored twice")]
    private static partial void LogNotDrained(ILogger logger, int count);

    [LoggerMessage(EventIds.PositionsNotStored, LogLevel.Warning,
        "the last positions could not be stored within {Seconds} s: what came after the last stored ones may be mirrored twice")]
    private static partial void LogNotStored(ILogger logger, double seconds);

    [LoggerMessage(EventIds.Lost, LogLevel.Warning,
        "membership was lost; partitions that may already belong to others, and for which nothing more is committed: {Count}")]
    private static partial void LogLost(ILogger logger, int count);
}
