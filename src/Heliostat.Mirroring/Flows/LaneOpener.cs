using System.Threading.Channels;
using Heliostat.Client;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Opens a lane for each partition that the group assigned: plan, target topic, start position. A topic that cannot be opened now is tried again
/// after a wait that grows, and holds up no other.
/// </summary>
/// <param name="lanes">What is owned.</param>
/// <param name="planner">Decides how partitions reach the target.</param>
/// <param name="positions">Where lanes start.</param>
/// <param name="losses">Whether what they start from is of the logs that are there.</param>
/// <param name="factory">Builds lanes.</param>
/// <param name="patience">How long the target may take to make a topic ready, and what happens then.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For people.</param>
internal sealed partial class LaneOpener(
    LaneTable lanes, LanePlanner planner, StartPositions positions, LaneResumption losses, LaneFactory factory, OpeningPatience patience, TimeProvider time, ILogger logger)
{
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, OpeningTrouble> _troubles = [];

    /// <summary>There may be partitions to open.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            await CloseDoubtfulAsync(ct);
            var unopened = lanes.Unopened();
            var due = unopened.Keys.GroupBy(partition => partition.Topic).Where(IsDue).ToList();
            if (due.Count > 0 && await StartsAsync(due.SelectMany(topic => topic).ToDictionary(partition => partition, partition => unopened[partition]), ct) is { } starts)
            {
                foreach (var topic in due)
                {
                    await TryOpenAsync(topic.Key, [.. topic], unopened, starts, ct);
                }
            }

            await WaitAsync(ct);
        }
    }

    private bool IsDue(IGrouping<string, TopicPartition> topic) => !_troubles.TryGetValue(topic.Key, out var trouble) || trouble.RetryAt <= time.GetUtcNow();

    /// <summary>Until there is more to open, or a topic's wait is over.</summary>
    private async Task WaitAsync(CancellationToken ct)
    {
        var owned = lanes.Unopened().Keys.Select(partition => partition.Topic).ToHashSet();
        foreach (var gone in _troubles.Keys.Except(owned).ToArray())
        {
            _troubles.Remove(gone);
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = _work.Reader.ReadAsync(waiting.Token).HereAsync();
        if (_troubles.Count == 0)
        {
            await woken;
            return;
        }

        var wait = _troubles.Values.Min(trouble => trouble.RetryAt) - time.GetUtcNow();
        var over = Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, waiting.Token);
        await Settling.AnyAsync(woken, over);
        await waiting.CancelSoonAsync();
        await Settling.AllAsync(woken, over).SettleAsync();
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>Null when nothing could be looked up, which is said then.</summary>
    private async Task<FoundStarts?> StartsAsync(Dictionary<TopicPartition, long> unopened, CancellationToken ct)
    {
        try
        {
            return await positions.FindAsync(unopened, ct);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            foreach (var topic in unopened.Keys.GroupBy(partition => partition.Topic))
            {
                NotOpened(topic.Key, [.. topic], $"positions cannot be looked up: {failure.Message}", isTarget: false);
            }

            return null;
        }
    }

    private async Task OpenAsync(LanePlan plan, LaneStart start, long term, CancellationToken ct)
    {
        if (start.Halt is { } halt)
        {
            factory.Halt(plan.Source, start.Position.Offset, losses.CauseOf(halt));
            await losses.KeepAsync(plan, start.Position, ct);
            return;
        }

        factory.Open(plan with { Topics = start.Topics }, start.Position, term);
        LogOpened(logger, plan.Source.Topic, plan.Source.Partition, plan.TargetTopic, plan.ByKey ? "by key" : "same partition", start.Position.Offset);
    }

    /// <summary>Lanes that doubt their logs go on, or do not, as if the mirror began.</summary>
    private async Task CloseDoubtfulAsync(CancellationToken ct)
    {
        foreach (var lane in lanes.Open.Where(lane => lane.Snapshot().WantsCheck).ToList())
        {
            await losses.CloseAsync(lane, ct);
            factory.Close(lane);
            positions.Remember(lane.Plan.Source, lanes.Reopen(lane.Plan.Source), lane.Position);
        }
    }

    private async Task TryOpenAsync(
        string topic, List<TopicPartition> partitions, Dictionary<TopicPartition, long> owned, FoundStarts found, CancellationToken ct)
    {
        List<TopicPartition> ready = [.. partitions.Where(found.Has)];
        var isTarget = false;
        try
        {
            if (ready.Count > 0)
            {
                var count = await planner.SourcePartitionsAsync(topic, atLeast: ready.Max(partition => partition.Partition) + 1, ct);
                isTarget = true;
                var plans = await planner.PlanAsync(topic, count, [.. ready.Select(partition => partition.Partition)], ct);
                var starts = await losses.StartsAsync(plans, found, ct);
                foreach (var plan in plans.Where(plan => starts.ContainsKey(plan.Source)))
                {
                    await OpenAsync(plan, starts[plan.Source], owned[plan.Source], ct);
                }

                ready = [.. starts.Keys];
                if (ready.Exists(found.Fresh.ContainsKey))
                {
                    // What comes before the first record is mirrored is after the start also if this process ends before.
                    await losses.KeepStartsAsync(ct);
                }
            }

            if (ready.Count < partitions.Count)
            {
                List<TopicPartition> unknown = [.. partitions.Except(ready)];
                NotOpened(topic, unknown, found.CauseOf(unknown[0]), isTarget: false);
            }
            else if (_troubles.Remove(topic, out var over))
            {
                LogOpenedAtLast(logger, topic, over.Attempts);
            }
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            NotOpened(topic, ready, failure.Message, isTarget);
        }
    }

    /// <summary>Says why at the first attempt, and again only when the cause is another one; counts the rest.</summary>
    private void NotOpened(string topic, List<TopicPartition> partitions, string cause, bool isTarget)
    {
        var before = _troubles.GetValueOrDefault(topic);
        var now = before is null ? OpeningTrouble.First(cause, time.GetUtcNow()) : before.Again(cause, time.GetUtcNow());
        _troubles[topic] = now;
        if (before?.Cause != cause)
        {
            LogNotOpened(logger, topic, cause);
        }

        partitions.ForEach(partition => lanes.Trouble(partition, new LanePause(cause, now.RetryAt)));
        if (isTarget)
        {
            patience.Check(topic, now.Since, cause);
        }
    }

    [LoggerMessage(EventIds.LaneOpened, LogLevel.Debug, "lane {Topic}-{Partition} -> {Target} ({Placement}) starts at offset {Offset}")]
    private static partial void LogOpened(ILogger logger, string topic, int partition, string target, string placement, long offset);

    [LoggerMessage(EventIds.LaneNotOpened, LogLevel.Warning, "topic {Topic} cannot be mirrored now: {Cause}; trying again at growing intervals, up to 30 s")]
    private static partial void LogNotOpened(ILogger logger, string topic, string cause);

    [LoggerMessage(EventIds.LaneOpenedAtLast, LogLevel.Information, "topic {Topic} is mirrored now; attempts that failed before: {Attempts}")]
    private static partial void LogOpenedAtLast(ILogger logger, string topic, int attempts);
}
