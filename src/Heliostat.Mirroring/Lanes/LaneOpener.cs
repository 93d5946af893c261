using System.Threading.Channels;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Opens a lane for each partition that is owned, whoever owns it and wherever its position is stored; closes lanes that doubt their logs,
/// and opens them as at the start.
/// <list type="bullet">
/// <item>A. What is owned and has no lane is tried until it has one, is halted, or is owned no more.</item>
/// <item>B. A topic that cannot be opened now is tried again after a wait that grows, and holds up no other.</item>
/// <item>C. A lane in doubt is closed with its position stored, and goes on only as <see cref="ILaneStarts"/> says of it.</item>
/// <item>D. A halt is told when it stands, never before: what was told is in the exit status, whenever a stop comes.</item>
/// </list>
/// </summary>
/// <param name="shares">What is owned, by whom.</param>
/// <param name="starts">Where lanes go and start.</param>
/// <param name="book">Told of what is gone, and of halts.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For people.</param>
internal sealed partial class LaneOpener(IReadOnlyList<LaneFactory> shares, ILaneStarts starts, LossBook book, TimeProvider time,
    ILogger logger)
{
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite
    });
    private readonly RetryClock _retries = new(time, LaneMotion.FirstRetry, LaneMotion.LastRetry);

    /// <summary>How long the target may take to make a topic ready, and what happens then; null to go on trying.</summary>
    public OpeningPatience? Patience { get; init; }

    /// <summary>
    /// Told of partitions that are owned no more because they are gone; null where their owner takes them back by itself.
    /// </summary>
    public Action<TopicPartition>? Forgotten { get; init; }

    /// <summary>Called when all that was due was looked at.</summary>
    public Action Rested { get; init; } = static () => { };

    /// <summary>Why some lanes cannot be opened now; null when all can.</summary>
    public Trouble? Trouble => _retries.Trouble;

    /// <summary>There may be lanes to open, or to close.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    /// <summary>Somebody decided how these halted lanes go on.</summary>
    public void GoOn(IEnumerable<TopicPartition> lanes)
    {
        foreach (var lane in lanes)
        {
            ForEach(lane, share => share.Lanes.GoOn(lane));
        }

        Wake();
    }

    /// <summary>These lanes are owned, and are not there.</summary>
    public void Miss(IEnumerable<Loss> losses)
    {
        foreach (var loss in losses)
        {
            ForEach(loss.Lane, share => Gone(share, loss));
        }
    }

    /// <summary>These lanes are not there, and nobody waits for them any more.</summary>
    public void Forget(IEnumerable<TopicPartition> lanes)
    {
        foreach (var lane in lanes)
        {
            ForEach(lane, share => Forget(share, lane));
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            await CloseDoubtfulAsync(ct);
            await OpenDueAsync(ct);
            Rested();
            await WaitAsync(ct);
        }
    }

    private async Task CloseDoubtfulAsync(CancellationToken ct)
    {
        var doubtful = (
            from share in shares from lane in share.Lanes.Open where lane.Snapshot().WantsCheck select (Share: share, Lane: lane)).ToList();
        if (doubtful.Count == 0)
        {
            return;
        }

        await starts.StoreAsync([.. doubtful.Select(entry => entry.Lane)], ct);
        foreach (var (share, lane) in doubtful.Where(entry => entry.Lane.Snapshot().WantsCheck))
        {
            share.Close(lane);
            share.Lanes.Reopen(lane.Plan.Source, lane.Position);
            if (lane.Gone)
            {
                var (topic, partition) = lane.Plan.Source;
                var offset = lane.Position.Offset;
                Gone(share, new Loss(lane.Plan.Source, LossKind.Gone, offset, null,
                    $"source: topic {topic} is gone; it was mirrored up to offset {offset} of partition {partition}"));
            }
        }
    }

    private void ForEach(TopicPartition lane, Action<LaneFactory> act)
    {
        foreach (var share in shares.Where(share => share.Lanes.Owned.Contains(lane)))
        {
            act(share);
        }
    }

    /// <summary>It is seen as halted until it is there again, or only told.</summary>
    private void Gone(LaneFactory share, Loss loss)
    {
        var action = book.Policies.Of(loss.Kind, loss.Lane.Topic);
        if (action == LossAction.Halt)
        {
            share.Lanes.CannotOpen(loss.Lane, Halt(loss, book.CauseOf(loss)));
        }
        else
        {
            Forget(share, loss.Lane);
        }

        book.Tell(loss, action);
    }

    private void Forget(LaneFactory share, TopicPartition lane)
    {
        if (Forgotten is { } forgotten)
        {
            share.Lanes.Disown([lane]);
            share.Forget(lane);
            forgotten(lane);
        }
    }

    private async Task OpenDueAsync(CancellationToken ct)
    {
        // Whether a topic is due is asked once: time goes on meanwhile, and a lane that is left out of a round that opens the others would
        // never be tried again.
        var unopened = (from share in shares from lane in share.Lanes.Unopened() select (Share: share, lane.Key, lane.Value)).ToList();
        var topics = unopened.Select(lane => lane.Key.Topic).Distinct().Where(_retries.IsDue).ToHashSet(StringComparer.Ordinal);
        var due = unopened
            .Where(lane => topics.Contains(lane.Key.Topic)).ToDictionary(lane => lane.Key, lane => (lane.Share, Owned: lane.Value));
        if (due.Count == 0)
        {
            return;
        }

        var round = new OpeningRound();
        try
        {
            await foreach (var opening in starts.FindAsync(due.ToDictionary(lane => lane.Key, lane => lane.Value.Owned), ct))
            {
                var (share, owned) = due[opening.Lane];
                Take(opening, share, owned.Term, round);
            }
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            foreach (var lane in due.Keys.Where(lane => !round.Knows(lane)))
            {
                round.Failed(LaneOpening.Not(lane, Trouble.Of(failure)));
            }
        }

        Tell(round, due.Keys);
    }

    private void Take(LaneOpening opening, LaneFactory share, long term, OpeningRound round)
    {
        if (opening.Missing is { } loss)
        {
            Gone(share, loss);
            round.Halted(opening.Lane);
        }
        else if (opening is not { Plan: { } plan, Start: { } start })
        {
            round.Failed(opening);
        }
        else if (start.Halt is { } halt)
        {
            share.Halt(plan.Source, term, start.Position.Offset, Halt(halt, start.IsDecided ? halt.Cause : book.CauseOf(halt)));
            round.Halted(plan.Source);
            if (!start.IsDecided)
            {
                book.Tell(halt, LossAction.Halt);
            }
        }
        else
        {
            share.Open(plan, start.Position, term);
            round.Opened(plan.Source);
            LogOpened(logger, plan.Source.Topic, plan.Source.Partition, plan.TargetTopic, plan.ByKey ? "by key" : "same partition",
                start.Position.Offset);
        }
    }

    /// <summary>
    /// Says why topics are not opened at the first attempt, and again only when the cause is another one; of topics with one cause the
    /// first is named.
    /// </summary>
    private void Tell(OpeningRound round, IReadOnlyCollection<TopicPartition> due)
    {
        List<(string Topic, string Cause)> news = [];
        foreach (var topic in round.Failures.GroupBy(failed => failed.Lane.Topic))
        {
            var trouble = topic.First().Trouble!;
            if (_retries.Failed(topic.Key, trouble))
            {
                news.Add((topic.Key, trouble.Sentence));
            }

            Pause(topic, _retries.Failures[topic.Key]);
            if (trouble.Side == TroubleSide.Target)
            {
                Patience?.Check(topic.Key, _retries.Failures[topic.Key].Since, trouble.Sentence);
            }
        }

        foreach (var alike in news.GroupBy(topic => topic.Cause))
        {
            LogNotOpened(logger, alike.First().Topic, alike.Key, alike.Count() > 1 ? $" (and {alike.Count() - 1} more topics)" : "");
        }

        foreach (var topic in due.Select(lane => lane.Topic).Distinct().Except(due.Where(round.Knows).Select(lane => lane.Topic)).ToList())
        {
            // Nothing can be said of it now: whoever makes it stand wakes us.
            _retries.Succeeded(topic);
        }

        foreach (var topic in due
            .Where(round.Knows).Select(lane => lane.Topic).Distinct().Except(round.Failures.Select(failed => failed.Lane.Topic)))
        {
            if (_retries.Succeeded(topic) is var attempts and > 0)
            {
                LogOpenedAtLast(logger, topic, attempts);
            }
        }

        if (round.Any)
        {
            LogLanes(logger, round.OpenedCount, round.HaltedCount, shares.Sum(share => share.Lanes.Count));
        }
    }

    private void Pause(IEnumerable<LaneOpening> failed, RetryClock.Failure failure)
    {
        foreach (var opening in failed)
        {
            foreach (var share in shares)
            {
                share.Lanes.CannotOpen(opening.Lane,
                    opening.Trouble! with { Subject = $"{opening.Lane}", Since = failure.Since, NextTry = failure.RetryAt });
            }
        }
    }

    private Trouble Halt(Loss loss, string cause) =>
        Trouble.Said(TroubleKind.Halted, cause, $"{loss.Lane}") with { Loss = loss.Kind, Since = time.GetUtcNow() };

    /// <summary>Until there is more to do, or a topic's wait is over.</summary>
    private async Task WaitAsync(CancellationToken ct)
    {
        var unopened = shares.SelectMany(share => share.Lanes.Unopened().Keys).Select(lane => lane.Topic).ToHashSet(StringComparer.Ordinal);
        _retries.Keep(unopened.Contains);
        if (_retries.NextRetry is not { } retry)
        {
            await _work.Reader.ReadAsync(ct);
            return;
        }

        // A delay is of whole milliseconds: what is left of one is no wait at all, and would be asked for again until it is over.
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((retry - time.GetUtcNow()).TotalMilliseconds)));
        await LoopEnds.FirstEndsAllAsync(
            [token => _work.Reader.ReadAsync(token).HereAsync(), token => Task.Delay(wait, time, token)], ct);
    }

    [LoggerMessage(EventIds.LaneOpened, LogLevel.Debug, "lane {Topic}-{Partition} -> {Target} ({Placement}) starts at offset {Offset}")]
    private static partial void LogOpened(ILogger logger, string topic, int partition, string target, string placement, long offset);

    [LoggerMessage(EventIds.LaneNotOpened, LogLevel.Warning,
        "topic {Topic} cannot be mirrored now: {Cause}{More}; trying again at growing intervals, up to 30 s")]
    private static partial void LogNotOpened(ILogger logger, string topic, string cause, string more);

    [LoggerMessage(EventIds.LaneOpenedAtLast, LogLevel.Information,
        "topic {Topic} is mirrored now; attempts that failed before: {Attempts}")]
    private static partial void LogOpenedAtLast(ILogger logger, string topic, int attempts);

    [LoggerMessage(EventIds.FlowLanesOpened, LogLevel.Information, "lanes opened: {Count}, halted: {Halted}, in all: {Total}")]
    private static partial void LogLanes(ILogger logger, int count, int halted, int total);

    /// <summary>What came of one round.</summary>
    private sealed class OpeningRound
    {
        private readonly HashSet<TopicPartition> _known = [];

        public List<LaneOpening> Failures { get; } = [];

        public int OpenedCount { get; private set; }

        public int HaltedCount { get; private set; }

        public bool Any => OpenedCount + HaltedCount > 0;

        public bool Knows(TopicPartition lane) => _known.Contains(lane);

        public void Opened(TopicPartition lane) => OpenedCount += _known.Add(lane) ? 1 : 0;

        public void Halted(TopicPartition lane) => HaltedCount += _known.Add(lane) ? 1 : 0;

        public void Failed(LaneOpening opening)
        {
            _known.Add(opening.Lane);
            Failures.Add(opening);
        }
    }
}
