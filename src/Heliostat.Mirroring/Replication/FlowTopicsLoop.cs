using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Replication;

/// <summary>
/// Sees to it that each partition of each mirrored topic has a lane: at the start, when the source's metadata shows something new, and every refresh
/// interval. A lane opens only once its place on the target stands. A topic that cannot be mirrored now holds up no other.
/// </summary>
internal sealed partial class FlowTopicsLoop(
    KafkaClient source, TopicSync topics, FlowStarts starts, IReadOnlyList<FlowSlot> slots, TimeSpan? refresh, TimeProvider time, ILogger logger)
{
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), source.Options.Random);
    private readonly HashSet<TopicPartition> _owned = [];
    private int _failures;

    /// <summary>All that is to be mirrored has a lane, by the last look.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why topics or positions cannot be looked up now, or why some topics have no mirror; null when all is well.</summary>
    public string? Trouble { get; private set; }

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var seen = source.Metadata.Current.Version;
            var complete = await TryRoundAsync(ct);
            IsComplete = complete;
            await WaitAsync(complete, seen, ct);
        }
    }

    private async Task WaitAsync(bool complete, long seen, CancellationToken ct)
    {
        // What cannot be mirrored now is tried again on a clock of its own, and keeps back nothing that is new.
        _failures = complete ? 0 : _failures + 1;
        var retry = _backOff.Next(_failures);
        var wait = complete ? refresh ?? Timeout.InfiniteTimeSpan : refresh < retry ? refresh.Value : retry;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var age = Task.Delay(wait, time, either.Token);
        var change = refresh is null ? age : source.Metadata.WaitForChangeAsync(seen, either.Token).AsTask();
        await Task.WhenAny(age, change);
        await either.CancelSoonAsync();
        await Task.WhenAll(age, change).SettleAsync();
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>False when something is to be tried again soon.</summary>
    private async Task<bool> TryRoundAsync(CancellationToken ct)
    {
        try
        {
            bool opened;
            do
            {
                opened = await OpenAsync(await topics.SyncAsync(ct), ct);
                Tell(opened ? null : starts.Trouble);
            }
            while (topics.HasMore);

            return opened && topics.IsComplete;
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            if (Trouble is null)
            {
                LogFailed(logger, failure.Message);
            }

            Trouble = failure.Message;
            return false;
        }
    }

    private void Tell(string? unopened)
    {
        if (unopened is not null && Trouble is null)
        {
            LogFailed(logger, unopened);
        }

        Trouble = topics.Trouble ?? unopened;
    }

    private async Task<bool> OpenAsync(IReadOnlyList<ReadyTopic> ready, CancellationToken ct)
    {
        Dictionary<TopicPartition, ReadyTopic> missing = [];
        foreach (var topic in ready)
        {
            for (var partition = 0; partition < Math.Min(topic.Topic.Partitions, topic.TargetPartitions); partition++)
            {
                var lane = new TopicPartition(topic.Topic.Source, partition);
                if (!_owned.Contains(lane))
                {
                    missing[lane] = topic;
                }
            }
        }

        if (missing.Count == 0)
        {
            return true;
        }

        var found = await starts.FindAsync(missing.ToDictionary(lane => lane.Key, lane => new TopicPartition(lane.Value.Topic.Remote, lane.Key.Partition)), ct);
        foreach (var (lane, start) in found)
        {
            Open(lane, missing[lane], start);
        }

        LogOpened(logger, found.Count, _owned.Count);
        return found.Count == missing.Count;
    }

    private void Open(TopicPartition lane, ReadyTopic topic, LanePosition start)
    {
        // Lanes stay where they are: the next one goes to the slot that has the fewest.
        var slot = slots.MinBy(slot => slot.Lanes.Count)!;
        _owned.Add(lane);
        var term = slot.Lanes.Own(lane);
        slot.Factory.Open(new LanePlan(lane, topic.Topic.Remote, topic.TargetPartitions, ByKey: false, topic.MaxMessageBytes), start, term);
    }

    [LoggerMessage(EventIds.FlowRoundFailed, LogLevel.Warning, "topics cannot be looked up or opened now: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);

    [LoggerMessage(EventIds.FlowLanesOpened, LogLevel.Information, "{Count} lanes opened, {Total} in all")]
    private static partial void LogOpened(ILogger logger, int count, int total);
}
