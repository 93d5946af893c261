using Heliostat.Client;
using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Configuration;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Replication;

/// <summary>How a flow comes up: clusters, internal topics, stored state, then its loops.</summary>
internal sealed partial class FlowRun
{
    private Producer Control(List<Task> running, CancellationToken services)
    {
        var control = new Producer(_clients.Control, _flow.DataProducer.Producer, _time, _loggers);
        running.Add(control.RunAsync(services));
        return control;
    }

    private async Task<Func<CancellationToken, Task>> StartAsync(List<Task> running, List<Task> working, CancellationToken services, CancellationToken work)
    {
        await CheckClustersAsync(work);
        var policy = TopicRules.Policy(_flow.Naming);
        var names = new FlowTopicNames(_flow, policy);
        var state = new FlowState(_flow, names, _clients, _time, _loggers, _logger);
        await state.EnsureTopicsAsync(work);
        _troubles.Add(() => state.Trouble);
        var control = Control(running, services);
        if (_flow.Heartbeats.Interval is { } beat && state.Has(names.Heartbeats))
        {
            var heartbeats = Own(new PartitionAppender(control, new TopicPartition(names.Heartbeats.Name, 0), _flow.Name.Target, _frames, _time));
            var writer = new HeartbeatWriter(heartbeats, _flow.Naming.SourceAlias, _flow.Naming.TargetAlias, _time, _logger);
            working.Add(Do(writer.Every(beat), isTrouble: false).RunAsync(work));
        }

        if (!_flow.Enabled)
        {
            return _ => Task.CompletedTask;
        }

        return await StartMirroringAsync(names, state, control, running, working, services, work);
    }

    private async Task<Func<CancellationToken, Task>> StartMirroringAsync(
        FlowTopicNames names, FlowState state, Producer control, List<Task> running, List<Task> working, CancellationToken services, CancellationToken work)
    {
        var fetcher = new Fetcher(_clients.Source, FetchBudget.Of(_flow.SourceConsumer, _flow.DataProducer, _frames.BudgetBytes), _time, _loggers);
        running.Add(fetcher.RunAsync(services));
        _losses = new LossBook(_flow.Losses, state.Losses, WayOn, _logger);
        Slots = [.. Enumerable.Range(0, IsExactlyOnce ? Math.Max(_flow.TasksMax, 1) : 1).Select(slot => Slot(slot, fetcher, state.Offsets))];
        running.AddRange(Slots.SelectMany(slot => slot.Serve(services)));
        if (IsExactlyOnce)
        {
            // Whoever owned the ids before is fenced first: only then is what is stored the last word.
            await new FormerTasks(_clients.OnTarget, _flow.Name.Target, TransactionalIdPrefix, _logger).FenceAsync(Slots.Count, work);
            await Task.WhenAll(Slots.Select(slot => slot.Transaction!.TakeOverAsync(work).AsTask()));
        }

        await state.ReadAsync(missingIsEmpty: false, work);
        state.Offsets.TellsSyncs = _flow.OffsetSyncs.Enabled && state.Has(names.OffsetSyncs);
        var positions = Slots.Select(slot => PositionLoop(slot, names, state)).ToArray();
        working.AddRange(positions.Select(loop => loop.RunAsync(work)));
        working.AddRange(Slots.Select(slot => slot.WatchAsync(work)));

        _neighbours.Rings.Stored(_flow.Name, state.Positions.Stored.Keys.Select(lane => lane.Topic));
        var sync = new TopicSync(_flow, _neighbours.Rings, _clients.OnSource, _clients.OnTarget, _time, _logger);
        var remembered = Own(new PartitionAppender(control, new TopicPartition(names.State.Name, 0), _flow.Name.Target, _frames, _time));
        var starts = new FlowStarts(state.Positions, state.Offsets, state.Losses, _losses!, Look(running, services), _flow.SourceConsumer.AutoOffsetReset);
        var tails = new FlowTails(state.Positions, state.Offsets, Tails(), positions[0] is PositionLoop plain ? plain.StoreAsync : null);
        _lanes = new FlowLanes(starts, tails, _losses!, Slots, ct => Task.WhenAll(positions.Select(loop => loop.StoreAsync(ct))), _logger);
        var topics = new FlowTopicsLoop(_clients.Source, sync, _lanes, _flow.Topics.RefreshInterval, _time, _logger);
        working.Add(topics.RunAsync(work));
        var kept = new LossLoop(state.Losses, remembered, state.RereadLossesAsync, _lanes.GoOn, _time, _logger);
        working.Add(kept.RunAsync(work));
        working.Add(new TopicUpkeepLoop(
            _flow, sync, state.Acls, remembered, _clients.OnSource, _clients.OnTarget, _time, _logger).RunAsync(work));
        _isComplete = () => topics.IsComplete;
        working.Add(new SourceEndsLoop(() => Slots.SelectMany(slot => slot.Lanes.Open), _clients.Source, _time, _logger).RunAsync(work));
        working.Add(Do(new OffsetMapTrim(state.Offsets, _clients.OnTarget, _time).EveryMinute(), isTrouble: false).RunAsync(work));
        _troubles.Add(() => topics.Trouble);
        _troubles.AddRange(positions.Select(loop => (Func<string?>)(() => loop.Trouble)));

        Func<CancellationToken, Task> lastSyncs = _ => Task.CompletedTask;
        if (state.Offsets.TellsSyncs)
        {
            var writer = new Producer(_clients.Syncs, _flow.OffsetSyncsProducer.Producer, _time, _loggers);
            running.Add(writer.RunAsync(services));
            var appender = Own(new PartitionAppender(
                writer, new TopicPartition(names.OffsetSyncs.Name, 0), _clients.Syncs.Options.Cluster, _frames, _time));
            var syncs = new OffsetSyncWriter(state.Offsets, appender, _flow.OffsetSyncs.LagMax, _flow.Worker.OffsetFlushInterval, _time, _logger);
            var often = Do(syncs.Often(), isTrouble: false);
            working.Add(often.RunAsync(work));
            lastSyncs = ct =>
            {
                syncs.Promote();
                return often.RunNowAsync(ct);
            };
        }

        if (_flow.Groups.CheckpointInterval is { } checkpoints && state.Has(names.Checkpoints))
        {
            working.AddRange(StartGroups(names, state, control, checkpoints, work));
        }

        return ct => LeaveAsync(positions, lastSyncs, kept, ct);
    }

    private TailCheck Tails()
    {
        var limits = new TailLimits(_flow.TailMaxBytes, _frames.BudgetBytes / 4);
        var check = TailCheck.Over(_clients.SourceReader(), _clients.TailReader(), _flow.SourceConsumer.Fetch.IsolationLevel, limits, _time, _logger);
        _owned.Add(check);
        return check;
    }

    private List<Task> StartGroups(FlowTopicNames names, FlowState state, Producer control, TimeSpan interval, CancellationToken work)
    {
        var groups = new SourceGroups(_clients.OnSource, _flow.Groups.Groups, _logger);
        var appender = Own(new PartitionAppender(control, new TopicPartition(names.Checkpoints.Name, 0), _flow.Name.Target, _frames, _time));
        var checkpoints = new CheckpointWriter(
            groups, state.Offsets, TopicRules.Of(_flow), state.Checkpoints, appender, _flow.Groups.RefreshInterval ?? Timeout.InfiniteTimeSpan, _time, _logger);
        List<Task> loops = [Do(checkpoints.Every(interval)).RunAsync(work)];
        if (_flow.Groups.OffsetSyncInterval is { } every)
        {
            var sync = new GroupOffsetSync(_clients.TargetAdmin, _clients.OnTarget, state.Checkpoints, _time, _loggers, _logger);
            loops.Add(Do(sync.Every(every)).RunAsync(work));
        }

        return loops;
    }

    /// <summary>Lets acknowledgements in, stores what was reached, and closes the lanes.</summary>
    private async Task LeaveAsync(IPositionLoop[] positions, Func<CancellationToken, Task> lastSyncs, LossLoop losses, CancellationToken ct)
    {
        Lane[] lanes = [.. Slots.SelectMany(slot => slot.Lanes.Open)];
        try
        {
            await Task.WhenAll(lanes.Select(lane => lane.DrainAsync())).WaitHereAsync(_leavingStep, _time, ct);
        }
        catch (TimeoutException)
        {
            LogNotDrained(_logger, lanes.Count(lane => !lane.IsSettled));
        }

        using var enough = new CancellationTokenSource(_leavingStep, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
        try
        {
            await Task.WhenAll(positions.Select(loop => loop.StoreAsync(limit.Token)));
            await losses.SaveAsync(limit.Token);
            await lastSyncs(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            LogNotStored(_logger, _leavingStep.TotalSeconds);
        }

        foreach (var slot in Slots)
        {
            foreach (var lane in slot.Lanes.Open)
            {
                slot.Factory.Close(lane);
            }
        }
    }

    /// <summary>Looks at the logs of both sides with clients of its own on the target, as consumers are set up.</summary>
    private LogLook Look(List<Task> running, CancellationToken services)
    {
        var reader = _clients.TargetReader();
        running.Add(reader.RunAsync(services));
        return new LogLook(
            new LogSide(_clients.Source, _flow.SourceConsumer.Fetch.IsolationLevel, _time, _loggers),
            new LogSide(reader, IsolationLevel.ReadUncommitted, _time, _loggers));
    }

    private LossAction Lost(Loss loss)
    {
        var action = _flow.Losses.Of(loss.Kind, loss.Lane.Topic);
        if (action == LossAction.Record)
        {
            _losses!.Tell(loss, action);
        }

        return action;
    }

    /// <summary>The command that lets a halted lane go on; the file is known to whoever started this.</summary>
    private string WayOn(Loss loss)
    {
        var command = $"heliostat resume FILE --flow '{_flow.Name}' --topic {loss.Lane.Topic} --partition {loss.Lane.Partition}";
        return loss.GoOnAt is { } at
            ? $"it stays halted until somebody says where to go on: '{command}' goes on at offset {at}, where nothing more is lost; --from names another place"
            : $"it stays halted until somebody says where to go on: '{command} --from earliest|latest|OFFSET'";
    }

    private string TransactionalIdPrefix => $"{_flow.Worker.GroupId}-{_flow.Worker.ConnectorName}-";

    private bool IsExactlyOnce => _flow.Worker.ExactlyOnce == ExactlyOnceSourceSupport.Enabled;

    /// <exception cref="ConfigurationException">Both aliases lead to one cluster, or one of them to a cluster that has another alias.</exception>
    private async Task CheckClustersAsync(CancellationToken ct)
    {
        var (from, to) = await _clients.AskAsync(ct);
        new ClusterPair(from.ClusterId, to.ClusterId).CheckAreTwo(id => ClusterAliases.Refusal(_flow.Name.Source, _flow.Name.Target, id));

        if (_flow.Enabled)
        {
            _neighbours.Aliases.Join(_flow.Name, from.ClusterId, to.ClusterId);
        }
    }

    private FlowSlot Slot(int slot, Fetcher fetcher, LaneOffsetTable offsets)
    {
        var client = _clients.Target(slot);
        var options = _flow.DataProducer.Producer;
        var transaction = IsExactlyOnce
            ? new ProducerTransaction(client, options with { TransactionalId = $"{TransactionalIdPrefix}{slot}" }, _time, _loggers)
            : null;
        var producer = transaction?.Producer ?? new Producer(client, options, _time, _loggers);
        var context = new LaneContext
        {
            Time = _time,
            Frames = _frames,
            RecordPaths = _recordPaths,
            Logger = _logger,
            ReadCommitted = _flow.SourceConsumer.Fetch.IsolationLevel == IsolationLevel.ReadCommitted,
            CheckCrcs = _flow.SourceConsumer.CheckCrcs,
            Codec = _flow.DataProducer.Codec,
            BatchBytes = _flow.DataProducer.BatchBytes,
            QueueBytes = Math.Max(_flow.SourceConsumer.Fetch.MaxPartitionBytes, 1024 * 1024),
            Abort = null,
            Lost = Lost,
            Doubtful = () => _lanes?.Doubt(),
        };
        var topics = new TargetTopics(_clients.TargetAdmin, _clients.OnTarget, new TopicCreationOptions(), _logger);
        return new FlowSlot(client, producer, transaction, fetcher, context, topics, plan => offsets.Of(plan.Source), _time, _logger);
    }

    private IPositionLoop PositionLoop(FlowSlot slot, FlowTopicNames names, FlowState state)
    {
        var interval = _flow.Worker.OffsetFlushInterval;
        if (IsExactlyOnce)
        {
            return new TransactionLoop(
                slot.Lanes, slot.Transaction!, state.Positions, state.Offsets, names.Positions.Name, state.PositionPartitions, names.OffsetMap.Name, state.MapPartitions,
                interval < LongestTransaction ? interval : LongestTransaction, _time);
        }

        return new PositionLoop(
            slot.Lanes, state.Positions, state.Offsets,
            Own(new TopicAppender(slot.Producer, names.Positions.Name, state.PositionPartitions, _flow.Name.Target, _frames, _time)),
            Own(new TopicAppender(slot.Producer, names.OffsetMap.Name, state.MapPartitions, _flow.Name.Target, _frames, _time)),
            interval, _time, _logger);
    }

    private Rounds Do(Rounds rounds, bool isTrouble = true)
    {
        _owned.Add(rounds);
        if (isTrouble)
        {
            _troubles.Add(() => rounds.Trouble);
        }

        return rounds;
    }

    private T Own<T>(T appender)
        where T : IAppender
    {
        _owned.Add(appender);
        _troubles.Add(() => appender.Trouble);
        return appender;
    }

    [LoggerMessage(EventIds.Drained, LogLevel.Warning, "{Count} lanes were given back before the target acknowledged all that was in flight: it may be mirrored twice")]
    private static partial void LogNotDrained(ILogger logger, int count);

    [LoggerMessage(EventIds.PositionsNotStored, LogLevel.Warning, "the last positions could not be stored within {Seconds} s: what came after the last stored ones may be mirrored twice")]
    private static partial void LogNotStored(ILogger logger, double seconds);
}
