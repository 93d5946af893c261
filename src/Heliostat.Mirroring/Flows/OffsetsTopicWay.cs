using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Client.Transactions;
using Heliostat.Configuration;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Equal;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Compression;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// MirrorMaker 2's way: the processes that run the flow share its lanes out, positions are in the offsets topic of the target (under
/// exactly-once within the transactions of what they stand for), and topics, configs, rules, groups and heartbeats are looked after.
/// </summary>
internal sealed class OffsetsTopicWay(FlowOptions flow, FlowNeighbours neighbours, TimeSpan grace, string worker) : IFlowWay
{
    /// <summary>The most that each step of leaving may take, however long the grace.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(20);

    /// <summary>Under exactly-once nothing is seen by the target's consumers before its transaction ends.</summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromMilliseconds(500);

    /// <summary>Lanes' last acknowledgements, and storing what they reached, have a third of the grace each.</summary>
    private readonly TimeSpan _step = grace / 3 < LongestStep ? grace / 3 : LongestStep;

    /// <summary>Two processes may be called alike, in containers.</summary>
    private readonly int _tag = flow.SourceConsumer.Client.Random.Next();

    private readonly StartRule _rule = new(flow.SourceConsumer.AutoOffsetReset, flow.Selection);

    public bool BeginsAnew => true;

    public FlowName? Names => flow.Name;

    private string TransactionalIdPrefix => $"{flow.Worker.GroupId}-{flow.Worker.ConnectorName}-";

    private bool IsExactlyOnce => flow.Worker.IsExactlyOnce;

    /// <summary>Slots have transactional ids, and what lanes write outside of transactions carries them.</summary>
    private bool HasTerms => flow is { Enabled: true, Worker.Fences: true } && !IsExactlyOnce;

    public void Leave() => neighbours.Rings.Leave(flow.Name);

    public async Task BeginAsync(FlowLife life, CancellationToken ct)
    {
        var clients = life.Keep(new FlowClients(flow, life.Scope.Frames, life.Scope.Time, life.Scope.Loggers));
        foreach (var refresh in clients.Refreshes)
        {
            life.Serve(refresh);
        }

        life.See(clients.Source, clients.Control);
        var workers = flow.Enabled ? FlowWorkers.Join(flow, clients, worker, grace, life.Scope) : null;
        if (workers is not null)
        {
            life.Work(workers.TakePartAsync);
            life.Workers = () => workers.Status;
            life.MayBeAnothers = () => !workers.Lease.IsOpen;
        }

        var pair = await CheckClustersAsync(clients, ct);
        var names = new FlowTopicNames(flow);
        var state = life.Keep(new FlowState(flow, names, clients, life.Scope.Time, life.Scope.Loggers, life.Scope.Logger)
        {
            Suspended = life.Suspended,
            Audits = life.Totals.Audits
        });
        var followers = new FlowFollowers(flow, names, clients, state, life.Scope);
        life.Work(followers.RunAsync);
        life.Watch(() => state.Trouble ?? followers.Trouble);
        await Settling.AllAsync(state.EnsureTopicsAsync(ct), HasTerms ? NoTermsAsync(clients, ct) : Task.CompletedTask);
        await followers.EnsuredSoonAsync(ct);
        var part = new FlowParts(life, clients, names, state, workers,
            FlowParts.Producer(life, clients.Control, flow.DataProducer, workers))
        {
            Followers = followers,
            Target = flow.Name.Target,
            Rules = TopicRules.Of(flow, pair, await FlowSchemas.BeginAsync(flow, life, ct), FlowJava.Begin(flow, life)),
            Equal = LanesThatKeepOffsets(life),
        };
        if (flow.Heartbeats.Interval is { } beat && followers.Heartbeats is { IsRefused: false } beats)
        {
            var heartbeats = new HeartbeatWriter(part.Appender(part.Control, beats.Name), flow.Naming.SourceAlias, flow.Naming.TargetAlias,
                life.Scope.Time, life.Scope.Logger)
            { Stands = beats };
            part.DoOnce(Duty.Heartbeats, heartbeats.Every(beat));
        }

        if (flow.Enabled)
        {
            await BeginMirroringAsync(part, ct);
        }
        else if (flow.UntilEnd)
        {
            life.EndWith(static _ => Task.CompletedTask);
        }
    }

    private async Task BeginMirroringAsync(FlowParts part, CancellationToken ct)
    {
        var (life, clients, names, state, _, _) = part;
        var (scope, workers) = (life.Scope, part.Workers!);
        var fetcher = new Fetcher(clients.Source, FetchBudget.Of(flow.SourceConsumer, flow.DataProducer, scope.Frames.BudgetBytes),
            scope.Time, scope.Loggers);
        life.Serve(fetcher.RunAsync);
        workers.Wishes = state.Wishes;
        // Who stands by has an operator's word kept too.
        var remembered = part.Appender(part.Control, names.State.Name);
        var pauses = new SuspensionLoop(life.Suspended, remembered, state.FollowStateAsync, scope.Time, scope.Logger);
        life.Work(pauses.RunAsync);
        SlotPipe[] pipes = [.. Enumerable.Range(0, IsExactlyOnce ? workers.Slots.Count : 1).Select(slot => Pipe(part, slot, fetcher))];
        var terms = Terms(part, remembered);
        workers.Terms = IsExactlyOnce
            ? new SlotTransactions([.. pipes.Select(pipe => pipe.Transaction!)],
                new FormerTasks(clients.OnTarget, flow.Name.Target, TransactionalIdPrefix, scope.Logger), scope.Time)
            : terms;
        await workers.EnterAsync(state.BeginAsync, ct);
        pauses.Tell();
        _rule.Remember(state.Losses.Selected is { } left ? [left] : [], scope.Time.GetUtcNow(), oneStart: TimeSpan.Zero);
        state.Offsets.AreInTransactions = IsExactlyOnce;
        await part.Followers.ReadSoonAsync(ct);
        state.Offsets.TellsSyncs = part.Followers.OffsetSyncs is { IsRefused: false };
        var paths = life.Keep(new RecordPathPool(DecompressionBuffer.DefaultMaxBytes));
        var losses = new LossBook(flow.Losses, state.Losses, WayOn, scope.Logger, scope.Time, life.Totals.Losses);
        LaneOpener? opener = null;
        LaneMoves? moves = null;
        var targets = new TargetTopics(clients.TargetAdmin, clients.OnTarget, flow, scope.Logger) { Awaited = part.Awaited };
        FlowSlot[] slots = [];
        var watch = new LaneWatch(targets, () => slots.SelectMany(slot => slot.Lanes.Halted()), scope.Time, scope.Logger);
        life.Work(watch.RunAsync);
        var context = LaneContexts.Of(flow.SourceConsumer, flow.DataProducer, paths, scope) with
        {
            Lost = losses.Judge,
            PutAside = losses.PutAside,
            Connector = $"{flow.Name}",
            Doubtful = () => opener?.Wake(),
            Clock = watch,
        };
        slots = [.. pipes.Select(pipe => Slot(part, pipe, context, terms, () => opener?.Wake()))];
        state.Offsets.IsOurs = workers.Has;
        workers.Read = token => state.ReadOthersAsync(workers.Has, workers.IsControl, token);
        workers.Shared = state.FollowAsync;
        workers.Lost = () => Array.ForEach(slots, slot => slot.Break());
        workers.Load = FlowWorkers.Loads(workers.Slots, () => life.OpenLanes, scope.Time);
        life.Share(slots, workers);
        life.Work(new ThrottleLoop(() => life.OpenLanes, life.Totals.Throttles, life.Suspended, scope.Time).RunAsync);

        neighbours.Rings.Stored(flow.Name, state.Positions.Stored.Keys.Select(lane => lane.Topic));
        var claims = new TopicClaims(
            part.Rules, $"{worker}/{_tag:x8}", () => state.Positions.Stored.Keys.Select(lane => lane.Topic), state.Claims,
            records => remembered.AppendAsync(records, CancellationToken.None), scope.Time);
        var sync = new TopicSync(flow, neighbours.Rings, clients.OnSource, clients.OnTarget, scope.Time, scope.Logger)
        {
            Foreign = new ForeignMirrors(clients.SourceReader(), part.Rules, scope.Time, scope.Loggers, scope.Logger),
            Claims = claims,
            Makes = part.IsOurs,
        };
        var look = Look(part);
        var rules = part.Rules;
        var starts = new FlowStarts(state.Positions, state.Offsets, state.Losses, losses, look, _rule)
        {
            KnowsWhatIsLost = !IsExactlyOnce,
            From = rules.From
        };
        var check = Tails(part);
        var tails = new FlowTails(state.Positions, state.Offsets, check, losses, slots[0].Positions is TopicPositions plain
            ? plain.StoreStartsAsync
            : null)
        { Rules = rules.Records, Fence = terms is null ? null : terms.FenceAsync };
        TopicRounds? topics = null;
        topics = new TopicRounds(clients.Source, sync, flow.Topics.RefreshInterval, slots, scope)
        {
            Looked = () =>
            {
                var missed = starts.See(sync.Current);
                workers.Give([.. topics!.Lanes, .. missed.Select(loss => loss.Lane)]);
                opener!.Miss(missed);
                opener.Wake();
            },
            TakeBack = workers.TakeAsync,
        };
        if (terms is not null)
        {
            terms.SourceEnds = look.Source.SureEndsAsync;
            terms.Lanes = () => topics.IsComplete ? topics.Lanes.Where(lane => !flow.Equal.Topics.Has(lane.Topic)) : null;
        }

        var laneStarts = new TopicLaneStarts(topics, starts, tails, slots)
        {
            Codec = flow.DataProducer.Codec,
            Rules = rules.Records,
            Delay = rules.Delay,
            Windows = rules.Window,
            Ends = new LaneEnds(rules.Until, look.Source),
            Equal = Equal(part, slots[0], pipes[0].Target, look, check),
        };
        opener = new LaneOpener([.. slots.Select(slot => slot.Factory)], laneStarts, losses, scope.Time, scope.Logger)
        {
            Forgotten = workers.Forget,
            Rested = () =>
            {
                if (topics.IsComplete)
                {
                    starts.LookWhetherAllAreStored(topics.Lanes);
                }

                moves?.Look();
            },
        };
        workers.TookControl = token => topics.Rounds.RunNowAsync(token);
        life.Do(Duty.Topics, topics.Rounds);
        life.Work(new MirrorWatch(slots, topics.Rounds, scope).RunAsync);
        life.Watch(() => sync.Trouble);
        life.Open(opener);
        life.CompleteWhen(() => topics.IsComplete && workers.HasAll && slots.All(slot => slot.Lanes.IsWhole));
        if (flow.UntilEnd)
        {
            life.EndWith(new EndOfLanes(life, scope.Time).RunAsync);
        }

        life.Ask(new SourceEndsLoop(() => life.OpenLanes, clients.Source, scope.Time, scope.Logger) { Fetching = () => fetcher.Failure });
        life.Work(new RetentionLoop(() => life.OpenLanes, clients.Source, scope.Time, scope.Logger).RunAsync);
        var kept = new LossLoop(state.Losses, remembered, state.RereadLossesAsync, lanes => GoOn(lanes, topics, opener), scope.Time,
            scope.Logger)
        { Before = losses.TellRest };
        life.Moves = moves = new LaneMoves(slots, state.Losses, look.Source, life.Suspended, scope)
        {
            KeepsOffsets = flow.Equal.Topics.Has,
            Keep = kept.SaveAsync,
            GoOn = opener.GoOn
        };
        life.Work(kept.RunAsync);
        life.Work(new SkipLoop(state.Skips, moves, workers.Has, remembered, worker, scope).RunAsync);
        life.Last(kept.SaveLastAsync);
        life.Last(claims.WithdrawAsync);
        life.Last(pauses.SaveAsync);
        FlowUpkeep.Begin(flow, part, sync, neighbours.Rings, remembered, kept);
        life.Do(Duty.OffsetMaps, new OffsetMapTrim(state.Offsets, clients.OnTarget, scope.Time).EveryMinute(), isTrouble: false);
        FlowAuditing.Begin(flow, part, () => topics.Lanes, remembered);
        if (part.Followers.OffsetSyncs is { IsRefused: false } syncs)
        {
            BeginSyncs(part, syncs);
        }

        if (flow.Groups.CheckpointInterval is { } interval && part.Followers.Checkpoints is { IsRefused: false } checkpoints)
        {
            BeginGroups(part, checkpoints, interval);
        }
    }

    /// <summary>Somebody decided about halted lanes; those that are not there begin as decided if they ever are.</summary>
    private static void GoOn(IEnumerable<TopicPartition> lanes, TopicRounds topics, LaneOpener opener)
    {
        var byPlace = lanes.ToLookup(topics.Has);
        opener.GoOn(byPlace[true]);
        opener.Forget(byPlace[false]);
    }

    private void BeginSyncs(FlowParts part, AdvisoryTopic topic)
    {
        var (life, clients, _, state, workers, _) = part;
        var appender = life.Keep(new PartitionAppender(
            FlowParts.Producer(life, clients.Syncs, flow.OffsetSyncsProducer, workers), new TopicPartition(topic.Name, 0),
            clients.Syncs.Options.Cluster, life.Scope.Frames, life.Scope.Time));
        life.Watch(appender);
        var syncs = new OffsetSyncWriter(state.Offsets, appender, flow.OffsetSyncs.LagMax, flow.Worker.OffsetFlushInterval, life.Scope.Time,
            life.Scope.Logger)
        { Stands = topic };
        var rounds = life.Do(Duty.OffsetSyncs, syncs.Often(), isTrouble: false);
        life.Last(ct => syncs.WriteLastAsync(rounds, ct));
    }

    private void BeginGroups(FlowParts part, AdvisoryTopic topic, TimeSpan interval)
    {
        var (life, clients, _, state, _, control) = part;
        var groups = new SourceGroups(clients.OnSource, flow, life.Scope.Logger);
        var checkpoints = new CheckpointWriter(
            groups, state.Offsets, TopicRules.Of(flow), state.Checkpoints, part.Appender(control, topic.Name),
            flow.Groups.RefreshInterval ?? Timeout.InfiniteTimeSpan, life.Scope.Time, life.Scope.Logger)
        { Stands = topic };
        life.Do(Duty.Checkpoints, checkpoints.Every(interval));
        life.Checkpoints = state.Checkpoints;
        if (flow.Groups.OffsetSyncInterval is { } every)
        {
            var sync = new GroupOffsetSync(clients.TargetAdmin, clients.OnTarget, state.Checkpoints, life.Scope.Time, life.Scope.Loggers,
                life.Scope.Logger);
            life.Do(Duty.GroupOffsets, sync.Every(every));
        }
    }

    private SlotPipe Pipe(FlowParts part, int slot, Fetcher fetcher)
    {
        var (life, scope) = (part.Life, part.Life.Scope);
        var client = part.Clients.Target(slot);
        life.Serve(client.RunAsync);
        var options = flow.DataProducer.Producer;
        if (IsExactlyOnce)
        {
            var transactional = options with { TransactionalId = $"{TransactionalIdPrefix}{slot}" };
            var transaction = new SlotTransaction(() => new ProducerTransaction(client, transactional, scope.Time, scope.Loggers));
            life.Serve(transaction.RunAsync);
            return new SlotPipe(client, fetcher, producer: null, transaction);
        }

        var producer = new Producer(client, options, scope.Time, scope.Loggers) { MaySend = part.MaySend };
        life.Serve(producer.RunAsync);
        return new SlotPipe(client, fetcher, producer);
    }

    private FlowSlot Slot(FlowParts part, SlotPipe pipe, LaneContext context, SlotTerms? terms, Action woken)
    {
        var (life, clients, state) = (part.Life, part.Clients, part.State);
        var scope = life.Scope;
        var lanes = new LaneTable();
        var factory = new LaneFactory(lanes, life.Totals.Lanes, context, pipe.Fetcher, () => pipe.Producer, life.Suspended,
            plan => state.Offsets.Of(plan.Source))
        {
            Equal = part.Equal is { } equal ? equal.Outlet : null,
            Term = lane => terms?.Of(lane),
            Letters = flow.DeadLetters is { } letters ? new TopicPartition(letters.Topic, 0) : null,
        };
        return new FlowSlot(pipe, lanes, factory, Positions(part, pipe, lanes), _step, scope) { Woken = woken };
    }

    /// <summary>What slots write under; null where they are in transactions, or the file asks for none.</summary>
    private SlotTerms? Terms(FlowParts part, PartitionAppender state)
    {
        if (!HasTerms)
        {
            return null;
        }

        var (workers, scope) = (part.Workers!, part.Life.Scope);
        var terms = new SlotTerms(
            workers.Slots, slot => new ProducerTerm(part.Clients.Control, $"{TransactionalIdPrefix}{slot}", scope.Time), part.State.Marks,
            state, worker, scope)
        {
            NoneFor = ct => NoTermsAsync(part.Clients, ct),
        };
        part.Life.Work(ct => terms.RunAsync(new TopicPartition(part.Names.State.Name, 0), ct));
        return terms;
    }

    private Task<string?> NoTermsAsync(FlowClients clients, CancellationToken ct) =>
        TransactionTopic.PrepareAsync(clients.OnTarget, clients.TargetAdmin, $"{TransactionalIdPrefix}0", ct);

    /// <summary>Null where no topic keeps its offsets.</summary>
    private EqualLanes? LanesThatKeepOffsets(FlowLife life)
    {
        if (!flow.Equal.Topics.Any)
        {
            return null;
        }

        var fills = new EqualFills(flow.Equal.MaxFill);
        life.Work(fills.RunAsync);
        return life.Keep(new EqualLanes(fills));
    }

    /// <summary>Null where no topic keeps its offsets.</summary>
    private EqualWay? Equal(FlowParts part, FlowSlot slot, KafkaClient client, LogLook look, TailCheck check)
    {
        if (part.Equal is not { } lanes || slot.Positions is not TopicPositions stored)
        {
            return null;
        }

        var scope = part.Life.Scope;
        var starts = new EqualStarts(lanes, look, plan => new OffsetFiller(
            client, $"{flow.Worker.GroupId}-equal-{plan.TargetTopic}-{plan.Source.Partition}", plan.Target, scope.Time)
        {
            MaxBatchBytes = plan.MaxBatchBytes,
        }, check.EndsAsync);
        return new EqualWay(flow.Equal.Topics, starts, part.State.Positions, part.State.Offsets, stored.StoreStartsAsync);
    }

    /// <summary>Looks at the logs of both sides with clients of its own on the target, as consumers are set up.</summary>
    private LogLook Look(FlowParts part)
    {
        var scope = part.Life.Scope;
        var reader = part.Clients.TargetReader();
        part.Life.Serve(reader.RunAsync);
        return LogLook.Over(part.Clients.Source, reader, flow.SourceConsumer.Fetch.IsolationLevel, scope.Time, scope.Loggers);
    }

    private TailCheck Tails(FlowParts part)
    {
        var (scope, clients) = (part.Life.Scope, part.Clients);
        var limits = new TailLimits(flow.TailMaxBytes, scope.Frames.BudgetBytes / 4);
        return TailCheck.Over(
            clients.SourceReader(), clients.TailReader(), flow.SourceConsumer.Fetch.IsolationLevel, limits, scope.Time, scope.Logger);
    }

    /// <summary>The command that lets a halted lane go on; the file is known to whoever started this.</summary>
    private string WayOn(Loss loss)
    {
        var command = $"heliostat resume FILE --flow '{flow.Name}' --topic {loss.Lane.Topic} --partition {loss.Lane.Partition}";
        if (loss.Kind is LossKind.Gone or LossKind.Shrunk)
        {
            return $"it stays halted until it comes back as the same topic, or somebody does without it: {command} (it begins anew, should "
                + $"there ever be one of its name), or heliostat.on.{loss.Kind.Name()} = record";
        }

        return loss.GoOnAt is { } at
            ? $"it stays halted until somebody says where to go on: {command} (goes on at offset {at}, where nothing more is lost; --from "
                + "names another place)"
            : $"it stays halted until somebody says where to go on: {command} --from earliest|latest|OFFSET";
    }

    private IPositions Positions(FlowParts part, SlotPipe pipe, LaneTable lanes)
    {
        var (life, _, names, state, _, _) = part;
        var scope = life.Scope;
        var interval = flow.Worker.OffsetFlushInterval;
        var ledger = new PositionLedger(lanes, state.Positions, state.Offsets);
        var (positions, maps) = (new StoredIn(names.Positions.Name, state.PositionPartitions),
            new StoredIn(names.OffsetMap.Name, state.MapPartitions));
        if (pipe.Transaction is { } transaction)
        {
            return new TransactionalPositions(ledger, transaction, positions, maps,
                interval < LongestTransaction ? interval : LongestTransaction, scope.Time);
        }

        return new TopicPositions(ledger, part.Appender(pipe.Producer, positions), part.Appender(pipe.Producer, maps), interval,
            scope.Time, scope.Logger);
    }

    /// <exception cref="ConfigurationException">Both aliases lead to one cluster, or one of them to a cluster that has another alias; or
    /// what was asked for does not go together.</exception>
    private async Task<ClusterPair> CheckClustersAsync(FlowClients clients, CancellationToken ct)
    {
        if (EqualLanes.Refusal(flow) is { } refusal)
        {
            throw new ConfigurationException(refusal);
        }

        var (from, to) = await clients.AskAsync(ct);
        var pair = new ClusterPair(from.ClusterId, to.ClusterId);
        pair.CheckAreTwo(id => ClusterAliases.Refusal(flow.Name.Source, flow.Name.Target, id));
        if (flow is { Enabled: true, Provenance: not ProvenanceKind.Off })
        {
            pair.CheckTellIds(flow.Name);
        }

        if (flow.Enabled)
        {
            neighbours.Aliases.Join(flow.Name, from.ClusterId, to.ClusterId);
        }

        return pair;
    }
}
