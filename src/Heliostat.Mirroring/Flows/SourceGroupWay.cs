using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Compression;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// MirrorMaker 1's way, and the quick form's: a group of the source owns the lanes and stores the positions. Each slot is a member of it
/// with connections of its own. There are no duties.
/// </summary>
/// <param name="flow">What was asked for.</param>
/// <param name="grace">How long a graceful stop may take.</param>
/// <param name="observe">Hears where records stand on the target; null when nobody wants to know.</param>
internal sealed partial class SourceGroupWay(FlowOptions flow, TimeSpan grace, Func<LanePlan, ILaneObserver>? observe) : IFlowWay
{
    /// <summary>How long lanes that are given back may wait for their last acknowledgements, at most.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, bool> _keeping = [];
    private readonly KnownPositions _known = new();
    private readonly StartRule _rule = new(flow.SourceConsumer.AutoOffsetReset, flow.Selection);
    private readonly SourceGroupOptions _group = flow.SourceGroup;
    private SourceOptions _source = flow.SourceConsumer;
    private JavaHost? _java;

    public bool BeginsAnew => false;

    public FlowName? Names => null;

    public void Leave()
    {
    }

    public async Task BeginAsync(FlowLife life, CancellationToken ct)
    {
        (var goal, var target) = await new ClusterCheck(flow, life.Scope.Time, life.Scope.Loggers).RunAsync(ct);
        if (_group.FormerGroupId is { } former)
        {
            _source = _source with { Group = _source.Group with { GroupId = GroupOf(flow.Naming, target) ?? former } };
        }

        LogGroup(life.Scope.Logger, _source.Group.GroupId);
        _java = FlowJava.Begin(flow, life);
        var paths = life.Keep(new RecordPathPool(DecompressionBuffer.DefaultMaxBytes));
        var members = new SourceMember[_group.Streams];
        var slots = new FlowSlot[_group.Streams];
        for (var i = 0; i < slots.Length; i++)
        {
            (slots[i], members[i]) = Slot(life, i, paths);
        }

        life.CompleteWhen(() => slots.Any(slot => slot.Count > 0));
        life.Share(slots, new SourceGroup(members));
        life.Work(new ThrottleLoop(() => life.OpenLanes, life.Totals.Throttles, life.Suspended, life.Scope.Time).RunAsync);
        if (goal is not null)
        {
            life.EndWith(end => goal.RunAsync(slots, members[0].Group, end));
        }
    }

    private (FlowSlot Slot, SourceMember Member) Slot(FlowLife life, int index, RecordPathPool paths)
    {
        var scope = life.Scope;
        var sourceId = _source.Group.GroupId.Length > 0 ? $"{_source.Group.GroupId}-{index}" : _source.Client.ClientId;
        var source = Idle(life, _source.Client with { ClientId = sourceId });
        var target = Client(life, flow.DataProducer.Client);

        if (index == 0)
        {
            life.See(source, target);
        }

        // Before it runs: who subscribes takes the first answer for all there is.
        source.Metadata.TrackAll();
        life.Serve(source.RunAsync);
        var fetcher = new Fetcher(source, FetchBudget.Of(_source, flow.DataProducer, scope.Frames.BudgetBytes / _group.Streams), scope.Time,
            scope.Loggers);
        life.Serve(fetcher.RunAsync);

        var group = _source.Group with
        {
            GroupInstanceId = _source.Group.GroupInstanceId is { } instance && index > 0
                ? $"{instance}-{index}"
                : _source.Group.GroupInstanceId,
            StopTimeout = grace * 3 / 4,
            Part = (index, _group.Streams),
        };
        var member = new SourceMember(source, group, flow.Selection, flow.Naming, scope);
        var producer = new Producer(target, flow.DataProducer.Producer, scope.Time, scope.Loggers) { MaySend = () => member.Lease.IsOpen };
        life.Serve(producer.RunAsync);
        var lanes = new LaneTable();
        var losses = new LossBook(flow.Losses, ledger: null, WayOn, scope.Logger, scope.Time, life.Totals.Losses);
        var targets = new TargetTopics(target, new AdminClient(target, scope.Time), flow, scope.Logger);
        var watch = new LaneWatch(targets, lanes.Halted, scope.Time, scope.Logger);
        LaneOpener? opener = null;
        var context = LaneContexts.Of(_source, flow.DataProducer, paths, scope) with
        {
            Abort = _group.AbortOnSendFailure ? life.GiveUp : null,
            Lost = losses.Judge,
            Doubtful = () => opener?.Wake(),
            Clock = watch,
        };
        var factory = new LaneFactory(lanes, life.Totals.Lanes, context, fetcher, () => producer, life.Suspended, observe);
        var planner = new LanePlanner(source, targets, flow, _keeping, _rule) { Java = _java };
        var patience = new OpeningPatience(flow.DataProducer.MaxBlock ?? TimeSpan.MaxValue, context.Abort, scope.Time);
        var look = LogLook.Over(source, target, _source.Fetch.IsolationLevel, scope.Time, scope.Loggers);
        var tails = TailCheck.Over(
            Idle(life, _source.Client with { ClientId = $"{sourceId}-tail" }),
            Idle(life, flow.DataProducer.Client with { ClientId = $"{flow.DataProducer.Client.ClientId}-tail" }),
            _source.Fetch.IsolationLevel,
            new TailLimits(flow.TailMaxBytes, scope.Frames.BudgetBytes / _group.Streams / 4),
            scope.Time,
            scope.Logger);
        var admin = PromptAdmin.Of(source, scope.Time);
        var starts = new StartPositions(member.Group, source, admin, _rule, _known, scope) { ZooKeeper = _group.ZooKeeperOffsets };
        var owners = new PositionOwners(starts, targets, admin, flow with { SourceConsumer = _source }, scope.Logger);
        var positions = new GroupPositions(lanes, member.Group, _known, _group.CommitInterval, scope.Time, scope.Logger);
        var found = new GroupLaneStarts(planner, starts, new LaneResumption(owners, look, losses, tails, positions, scope.Logger));
        opener = new LaneOpener([factory], found, losses, scope.Time, scope.Logger) { Patience = patience };
        life.Open(opener);
        life.Work(watch.RunAsync);
        life.Ask(new SourceEndsLoop(() => lanes.Open, source, scope.Time, scope.Logger) { Fetching = () => fetcher.Failure });
        life.Work(new RetentionLoop(() => lanes.Open, source, scope.Time, scope.Logger).RunAsync);
        life.Work(new TargetWatch(lanes, look.Target, planner, patience, scope.Time, scope.Logger).RunAsync);

        var drain = grace / 2 < LongestDrain ? grace / 2 : LongestDrain;
        var slot = new FlowSlot(new SlotPipe(target, fetcher, producer), lanes, factory, positions, drain, scope)
        {
            Woken = opener.Wake
        };
        return (slot, member);
    }

    /// <summary>
    /// Mirrors to one cluster that call topics alike share the work; others have positions of their own. Null where the cluster does not
    /// tell its id.
    /// </summary>
    private static string? GroupOf(NamingOptions naming, string? target) =>
        target is null ? null : $"heliostat-to-{target}{(naming.Prefix is { } prefix ? $"-as-{prefix.TrimEnd('.')}" : "")}";

    private string WayOn(Loss loss)
    {
        if (loss.Kind is LossKind.Gone or LossKind.Shrunk)
        {
            return "it goes on by itself if it comes back as the same topic";
        }

        var at = loss.GoOnAt is { } offset ? $"--to-offset {offset}" : "--to-offset N";
        return "stop the mirror, say where to go on: kafka-consumer-groups.sh --bootstrap-server "
            + $"{Bootstrap.Text(_source.Client.BootstrapServers[0])} "
            + $"--group {_source.Group.GroupId} --topic {loss.Lane.Topic}:{loss.Lane.Partition} --reset-offsets {at} --execute, and start "
            + "it again; "
            + "until then this partition stands still";
    }

    private static KafkaClient Client(FlowLife life, ClientOptions settings)
    {
        var client = Idle(life, settings);
        life.Serve(client.RunAsync);
        return client;
    }

    /// <summary>A client whose metadata is only asked for when it is needed.</summary>
    private static KafkaClient Idle(FlowLife life, ClientOptions settings) =>
        life.Keep(new KafkaClient(settings, life.Scope.Frames, life.Scope.Time, life.Scope.Loggers));

    [LoggerMessage(EventIds.GroupUsed, LogLevel.Information, "source: positions are kept in group {Group}")]
    private static partial void LogGroup(ILogger logger, string group);
}
