using Heliostat.Client.Transactions;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// One flow for as long as the process runs, whichever way it mirrors. One that begins anew after it lost what it stood on holds up no
/// other flow meanwhile.
/// </summary>
public sealed partial class Flow
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly FlowScope _scope;
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), random: null);
    private readonly RateMeter _rate;
    private readonly FlowTotals _totals = new();
    private readonly WayChange _change = new();
    private readonly Suspensions _suspended = new();
    private readonly LanesInOrder _inOrder = new();
    private IFlowWay _way;
    private FlowLife? _life;
    private bool _mayBeAnothers;
    private StatusNow _statusNow = new(FlowStatus.Starting, null);
    private Past _past = new(HasRun: false, StoredAt: null);

    /// <summary>What the last life left over.</summary>
    private IReadOnlyList<PausedLane> _halted = [];
    private long _repeats;
    private TaskCompletionSource? _resting;

    internal Flow(string name, IFlowWay way, FlowScope scope)
    {
        Name = name;
        _way = way;
        _scope = scope;
        _rate = new RateMeter(scope.Time);
        _suspended.Changed = Heed;
    }

    /// <summary>The flow as the file names it: <c>A->B</c>.</summary>
    public string Name { get; }

    /// <summary>What its clusters are called; null where they have no aliases.</summary>
    internal FlowName? Names => _way.Names;

    /// <summary>What it is doing now; any number of callers may ask, and nothing changes by it.</summary>
    /// <param name="withLanes">With each lane by itself.</param>
    /// <param name="withGroups">With each followed group by itself.</param>
    public FlowSnapshot Snapshot(bool withLanes = false, bool withGroups = false)
    {
        var life = Volatile.Read(ref _life);
        var (status, trouble) = Volatile.Read(ref _statusNow);
        var past = Volatile.Read(ref _past);
        var runs = life is { IsRunning: true };
        var (lanes, byLane) = Look(life, withLanes);
        return new FlowSnapshot
        {
            Flow = Name,
            Status = runs ? FlowStatus.Running : status,
            Troubles = trouble is null || runs ? [.. life?.Troubles.Select(now => now.In(_way.Names)) ?? []] : [trouble],
            IsPaused = _suspended.All,
            Throttles = _totals.Throttles.All,
            Worker = life?.Workers?.Invoke(),
            HasRun = runs || past.HasRun,
            Lanes = lanes.Snapshot(_totals.Lanes.Delivered, _rate.Now, isWhole: life is { IsComplete: true, KnowsEnds: true }),
            ByLane = byLane,
            Groups = withGroups && life?.Checkpoints is { } checkpoints ? GroupSnapshot.Of(checkpoints) : [],
            Schemas = _totals.Schemas.Status,
            Audit = AuditStatus.Of(_totals.Audits),
            Source = life?.Source?.Snapshot(_way.Names?.Source) ?? past.Source,
            Target = life?.Target?.Snapshot(_way.Names?.Target) ?? past.Target,
            Losses = _totals.Losses.All,
            AcknowledgementLatency = _totals.Lanes.Latencies.Acknowledgement.Now(),
            ReplicationLatency = _totals.Lanes.Latencies.Replication.Now(),
            PositionsStoredAt = StoredAt(life) ?? past.StoredAt,
            PositionsStoredIn = life?.Slots.Max(slot => slot.Positions.Rounds.Took),
            CheckpointTimes = life?.Checkpoints?.Times ?? [],
        };
    }

    /// <summary>What each lane is doing now, by topic and partition; while the flow does not run, as it was last seen.</summary>
    public IReadOnlyList<LaneProgress> Lanes() => Look(Volatile.Read(ref _life), withLanes: true).ByLane;

    /// <summary>
    /// Every lane takes in nothing more, and those to come do neither, until <see cref="Resume"/>; duties go on. Ends when nothing is in
    /// flight and positions are stored; that it stands still is so at once.
    /// </summary>
    public Task PauseAsync(CancellationToken ct)
    {
        _suspended.All = true;
        return SuspendAsync(_ => true, ct);
    }

    /// <summary>What was paused goes on by itself then, also where another process runs the flow by that time.</summary>
    public void EndPauseAt(PausedPlace place, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(place);
        _suspended.EndAt(new SuspensionKey(place.Topic, place.Partition), until);
    }

    /// <summary>Lanes go on, but for those that were paused by themselves.</summary>
    public void Resume()
    {
        _suspended.All = false;
        foreach (var lane in OpenLanes())
        {
            _suspended.GoOn(lane);
        }
    }

    /// <summary>As <see cref="PauseAsync"/> for all lanes of a topic, and those to come.</summary>
    public Task PauseTopicAsync(string topic, CancellationToken ct)
    {
        _suspended.AddTopic(topic);
        return SuspendAsync(lane => lane.Plan.Source.Topic == topic, ct);
    }

    /// <summary>The lanes of a topic go on, those too that were paused by themselves, unless the flow is paused.</summary>
    public void ResumeTopic(string topic)
    {
        _suspended.RemoveTopic(topic);
        foreach (var lane in OpenLanes().Where(lane => lane.Plan.Source.Topic == topic))
        {
            _suspended.GoOn(lane);
        }
    }

    /// <summary>As <see cref="PauseAsync"/> for one lane, whether or not it is open now.</summary>
    public Task PauseLaneAsync(TopicPartition source, CancellationToken ct)
    {
        _suspended.Add(source);
        return SuspendAsync(lane => lane.Plan.Source == source, ct);
    }

    /// <summary>A lane that was paused by itself goes on, unless its topic or the flow is paused.</summary>
    public void ResumeLane(TopicPartition source)
    {
        _suspended.Remove(source);
        if (OpenLanes().FirstOrDefault(lane => lane.Plan.Source == source) is { } lane)
        {
            _suspended.GoOn(lane);
        }
    }

    /// <summary>
    /// Lets lanes that stand still, by <see cref="PauseAsync"/> and the like or halted by a loss, go on elsewhere: all of them, or none
    /// where one cannot. That is so after a restart too.
    /// </summary>
    /// <param name="to">The next source offset of each, or <see cref="Client.Admin.OffsetSpec.Earliest"/> or
    /// <see cref="Client.Admin.OffsetSpec.Latest"/>.</param>
    /// <param name="dryRun">Only say what would be.</param>
    /// <param name="ct">Ends the waiting; what is decided by then is done.</param>
    /// <exception cref="Client.KafkaErrorException">A cluster refuses what it takes.</exception>
    /// <exception cref="KafkaConnectionException">A cluster does not answer.</exception>
    public Task<IReadOnlyList<LaneMove>> MoveAsync(IReadOnlyDictionary<TopicPartition, long> to, bool dryRun, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(to);
        return LaneMoves.AskAsync(Volatile.Read(ref _life), _way.BeginsAnew, to, dryRun, ct);
    }

    /// <summary>
    /// Lets the flow, or a topic of it, take no more bytes a second in this process, at once and in its next lives; null for as much as it
    /// can.
    /// </summary>
    public void Throttle(string? topic, long? bytesPerSecond) => _totals.Throttles.Set(topic, bytesPerSecond);

    /// <summary>A lane that stands still for a trouble tries again at once; false when it does not, or somebody must act first.</summary>
    public bool RetryLaneNow(TopicPartition source) => OpenLanes().FirstOrDefault(lane => lane.Plan.Source == source)?.TryNow() == true;

    /// <summary>A flow that waits to begin anew does so at once; false when it does not wait.</summary>
    public bool RetryNow() => Volatile.Read(ref _resting)?.TrySetResult() == true;

    /// <summary>A duty is not done, in lives to come neither, or is done again.</summary>
    public void Idle(Duty duty, bool isIdle) => _suspended.Set(duty, isIdle);

    /// <summary>
    /// A round of a duty now, after the one under way; false when the flow does not run, has no such duty, or the round fails.
    /// </summary>
    public Task<bool> RunNowAsync(Duty duty, CancellationToken ct) =>
        Volatile.Read(ref _life) is { IsRunning: true } life ? life.RunNowAsync(duty, ct) : Task.FromResult(false);

    /// <summary>
    /// Begins anew another way: what is in flight is acknowledged and stored before, as at a stop. Ends when that was asked for; false of a
    /// flow that runs no more.
    /// </summary>
    internal bool Change(IFlowWay next)
    {
        if (Volatile.Read(ref _statusNow).Status is FlowStatus.Refused or FlowStatus.Stopped && Volatile.Read(ref _life) is null)
        {
            return false;
        }

        _change.Ask(next);
        RetryNow();
        return true;
    }

    /// <summary>Runs until <paramref name="stop"/>, or until it can go on no more; <paramref name="abort"/> ends it at once.</summary>
    public async Task<MirrorOutcome> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var done = new CancellationTokenSource();
        var sampling = SampleAsync(done.Token);
        try
        {
            return await LiveAsync(stop, abort) with { Halted = _halted, Repeats = _repeats };
        }
        finally
        {
            await done.CancelSoonAsync();
            await sampling.SettleAsync();
        }
    }

    private async Task<MirrorOutcome> LiveAsync(CancellationToken stop, CancellationToken abort)
    {
        string? said = null;
        for (var failures = 1; ; failures++)
        {
            var began = _scope.Time.GetTimestamp();
            (_way, failures) = _change.Take() is { } next ? (next, 1) : (_way, failures);
            try
            {
                var outcome = await LiveOnceAsync(stop, abort);
                if (outcome.End != MirrorEnd.Stopped || stop.IsCancellationRequested || !_change.IsAsked)
                {
                    return outcome;
                }

                SetStatus(FlowStatus.Starting, null);
                continue;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested && !abort.IsCancellationRequested && _change.IsAsked)
            {
                continue;
            }
            catch (ConfigurationException refusal)
            {
                _way.Leave();
                return Refuse(Trouble.Of(refusal));
            }
            catch (TransactionLostException fenced) when (fenced.Loss == TransactionLoss.Fenced && !_mayBeAnothers)
            {
                // Somebody outside of the group took the ids: taking them back would fence that one, and so on for ever.
                return Refuse(new Trouble(TroubleKind.AnotherProcess, TroubleSide.Us, $"another process runs this flow: {fenced.Message}"));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested || abort.IsCancellationRequested)
            {
                return StoppedIdle(abort);
            }
            catch (Exception failure) when (!_way.BeginsAnew && ClientFailure.IsExpected(failure))
            {
                SetStatus(FlowStatus.Stopped, Trouble.Of(failure));
                return new MirrorOutcome(MirrorEnd.Failed, failure.Message);
            }
            catch (Exception failure) when (_way.BeginsAnew)
            {
                failures = _scope.Time.GetElapsedTime(began) > TimeSpan.FromMinutes(1) ? 1 : failures;
                if (failures == 1 || said != failure.Message)
                {
                    Say(failure);
                }

                said = failure.Message;
                Wait(Trouble.Of(failure), _backOff.Next(failures));
            }

            try
            {
                await RestAsync(_backOff.Next(failures), stop);
            }
            catch (OperationCanceledException)
            {
                return StoppedIdle(abort);
            }
        }
    }

    private async Task<MirrorOutcome> LiveOnceAsync(CancellationToken stop, CancellationToken abort)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var changing = _change.EndAsync(end);
        await using var life = new FlowLife(_scope, _totals, _suspended, end.Token, abort);
        Volatile.Write(ref _life, life);
        try
        {
            await life.RunAsync(_way);
        }
        finally
        {
            await end.CancelSoonAsync();
            await changing.SettleAsync();
            var past = Volatile.Read(ref _past);
            Volatile.Write(ref _past, new Past(past.HasRun || life.IsRunning, StoredAt(life) ?? past.StoredAt)
            {
                Source = life.Source?.Snapshot(_way.Names?.Source) ?? past.Source,
                Target = life.Target?.Snapshot(_way.Names?.Target) ?? past.Target,
            });
            _mayBeAnothers = life.WasAnothers;
            Volatile.Write(ref _life, null);
            _halted = [.. life.Slots.SelectMany(slot => slot.Halted)];
            _repeats = life.Slots.Sum(slot => slot.Repeats);
        }

        if (life.GivenUp is { } givenUp)
        {
            SetStatus(FlowStatus.Stopped, givenUp);
            return new MirrorOutcome(MirrorEnd.Failed, givenUp.Sentence);
        }

        return life.IsAccomplished && !abort.IsCancellationRequested ? Ended(MirrorEnd.Completed) : Stopped(abort);
    }

    /// <summary>Until it is over, or somebody says <see cref="RetryNow"/>.</summary>
    private async Task RestAsync(TimeSpan atMost, CancellationToken stop)
    {
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _resting, rest);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Settling.AnyAsync(rest.Task.HereAsync(), Task.Delay(atMost, _scope.Time, over.Token));
        Volatile.Write(ref _resting, null);
        await over.CancelSoonAsync();
        stop.ThrowIfCancellationRequested();
    }

    private IEnumerable<Lane> OpenLanes() => Volatile.Read(ref _life)?.OpenLanes ?? [];

    /// <summary>Another process said what is to stand still.</summary>
    private void Heed()
    {
        foreach (var lane in OpenLanes())
        {
            _suspended.Still(lane);
            if (lane.Snapshot().IsSuspended)
            {
                _suspended.GoOn(lane);
            }
        }
    }

    private async Task SuspendAsync(Func<Lane, bool> which, CancellationToken ct)
    {
        Lane[] lanes = [.. OpenLanes().Where(which)];
        foreach (var lane in lanes)
        {
            _suspended.Still(lane);
        }

        await Settling.AllAsync(lanes.Select(lane => lane.SettledAsync())).WaitHereAsync(ct);
        await Settling.AllAsync((Volatile.Read(ref _life)?.Slots ?? []).Select(slot => slot.Positions.Rounds.RunNowAsync(ct)));
    }

    /// <summary>Adds up what lanes do, and lists them where that is asked for: each is asked once.</summary>
    private (LanesSummary All, IReadOnlyList<LaneProgress> ByLane) Look(FlowLife? life, bool withLanes)
    {
        var all = new LanesSummary(_way.Names, _suspended);
        var list = withLanes ? new LaneList(_totals.Lanes, _way.Names, _suspended, _scope.Time.GetUtcNow()) : null;
        (LaneTable Table, TableLanes Now)[] tables = [.. (life?.Slots ?? []).Select(slot => (slot.Lanes, slot.Lanes.Now()))];
        foreach (var lane in _inOrder.Of([.. tables.Select(table => table.Now)]))
        {
            var now = lane.Snapshot();
            all.Add(lane, now);
            list?.Add(lane, now);
        }

        foreach (var (table, now) in tables)
        {
            all.Add(now);
            list?.AddClosed(table, now);
        }

        // Lanes that a group owned may be others' by now.
        if (_way.BeginsAnew && life is not { IsComplete: true })
        {
            list?.AddLeft(life is null or { IsEnding: true } ? LaneState.Stopped : LaneState.Waiting);
        }

        return (all, list?.Sorted() ?? []);
    }

    /// <summary>Null while the positions of some slot were never stored.</summary>
    private static DateTimeOffset? StoredAt(FlowLife? life)
    {
        DateTimeOffset? first = null;
        foreach (var slot in life?.Slots ?? [])
        {
            if (slot.Positions.Rounds.DoneAt is not { } at)
            {
                return null;
            }

            first = first < at ? first : at;
        }

        return first;
    }

    private async Task SampleAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(SampleInterval, _scope.Time);
        do
        {
            var (records, bytes) = _totals.Lanes.Delivered;
            _rate.Sample(records, bytes);
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>What nobody thought of ends no flow for good either: it is told with its stack, and tried again like the rest.</summary>
    private void Say(Exception failure)
    {
        if (ClientFailure.IsExpected(failure) || failure is TransactionLostException)
        {
            LogWaiting(_scope.Logger, failure.Message);
        }
        else
        {
            LogUnexpected(_scope.Logger, failure, failure.Message);
        }
    }

    private MirrorOutcome Refuse(Trouble trouble)
    {
        if (_way.BeginsAnew)
        {
            // The only flow of a process is told by its end.
            LogRefused(_scope.Logger, trouble.Sentence);
        }

        SetStatus(FlowStatus.Refused, trouble);
        return new MirrorOutcome(MirrorEnd.Refused, trouble.Sentence);
    }

    /// <summary>It did not run when it was stopped.</summary>
    private MirrorOutcome StoppedIdle(CancellationToken abort)
    {
        var why = Volatile.Read(ref _statusNow).Trouble?.Sentence ?? "its clusters had not told all that it starts with";
        return Stopped(abort) with { Idle = [_way.Names is null ? why : $"{Name}: {why}"] };
    }

    private MirrorOutcome Stopped(CancellationToken abort) => Ended(abort.IsCancellationRequested ? MirrorEnd.Aborted : MirrorEnd.Stopped);

    private MirrorOutcome Ended(MirrorEnd end)
    {
        SetStatus(FlowStatus.Stopped, null);
        return new MirrorOutcome(end);
    }

    private void Wait(Trouble trouble, TimeSpan wait)
    {
        var now = _scope.Time.GetUtcNow();
        var since = Volatile.Read(ref _statusNow) is { Status: FlowStatus.Waiting, Trouble: { } before } && before.Kind == trouble.Kind
            ? before.Since
            : now;
        SetStatus(FlowStatus.Waiting, trouble with { Since = since, NextTry = now + wait });
    }

    private void SetStatus(FlowStatus status, Trouble? trouble) =>
        Volatile.Write(ref _statusNow, new StatusNow(status, trouble?.In(_way.Names)));

    [LoggerMessage(EventIds.FlowWaiting, LogLevel.Warning, "{Cause}; trying on")]
    private static partial void LogWaiting(ILogger logger, string cause);

    [LoggerMessage(EventIds.FlowFailed, LogLevel.Error, "{Cause}: this should not happen; trying on")]
    private static partial void LogUnexpected(ILogger logger, Exception failure, string cause);

    [LoggerMessage(EventIds.FlowRefused, LogLevel.Error, "does not run: {Cause}")]
    private static partial void LogRefused(ILogger logger, string cause);

    private sealed record StatusNow(FlowStatus Status, Trouble? Trouble);

    /// <summary>What is known of earlier lives.</summary>
    private sealed record Past(bool HasRun, DateTimeOffset? StoredAt)
    {
        public ClusterSnapshot? Source { get; init; }

        public ClusterSnapshot? Target { get; init; }
    }
}
