using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// MirrorMaker 1's way, and the quick form's: a group of the source owns the lanes and stores the positions. Each slot is a member of it with connections of its
/// own. There are no duties.
/// </summary>
/// <param name="options">What was asked for.</param>
/// <param name="observe">Hears where records stand on the target; null when nobody wants to know.</param>
internal sealed class SourceGroupWay(MirrorOptions options, Func<LanePlan, ILaneObserver>? observe) : IFlowWay
{
    /// <summary>How long lanes that are given back may wait for their last acknowledgements, at most.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, bool> _keeping = [];
    private readonly KnownPositions _known = new();

    public bool BeginsAnew => false;

    public void Leave()
    {
    }

    public async Task BeginAsync(FlowLife life, CancellationToken ct)
    {
        var goal = await new ClusterCheck(options, life.Scope.Time, life.Scope.Loggers).RunAsync(ct);
        var paths = life.Keep(new RecordPathPool(options.Target.Codec, DecompressionBuffer.DefaultMaxBytes));
        var members = new SourceMember[options.Streams];
        var slots = new FlowSlot[options.Streams];
        for (var i = 0; i < slots.Length; i++)
        {
            (slots[i], members[i]) = Slot(life, i, paths);
        }

        life.CompleteWhen(() => slots.Any(slot => slot.Count > 0));
        life.Share(slots, new SourceGroup(members));
        if (goal is not null)
        {
            life.EndWith(end => goal.RunAsync(slots, members[0].Group, end));
        }
    }

    private (FlowSlot Slot, SourceMember Member) Slot(FlowLife life, int index, RecordPathPool paths)
    {
        var scope = life.Scope;
        var sourceId = options.GroupId.Length > 0 ? $"{options.GroupId}-{index}" : options.Source.Client.ClientId;
        var source = Client(life, options.Source.Client with { ClientId = sourceId });
        var target = Client(life, options.Target.Client);
        source.Metadata.TrackAll();
        var fetcher = new Fetcher(source, FetchBudget.Of(options.Source, options.Target, options.MemoryBudgetBytes / options.Streams), scope.Time, scope.Loggers);
        var producer = new Producer(target, options.Target.Producer, scope.Time, scope.Loggers);
        life.Serve(fetcher.RunAsync);
        life.Serve(producer.RunAsync);

        var group = options.Source.Group with
        {
            GroupInstanceId = options.Source.Group.GroupInstanceId is { } instance && index > 0 ? $"{instance}-{index}" : options.Source.Group.GroupInstanceId,
            StopTimeout = options.Grace * 3 / 4,
        };
        var member = new SourceMember(source, group, options.Topics, options.Naming, scope);
        var lanes = new LaneTable();
        var losses = new LossBook(options.Source.Losses, ledger: null, WayOn, scope.Logger);
        LaneOpener? opener = null;
        var context = LaneContexts.Of(options.Source, options.Target, paths, scope) with
        {
            Abort = options.AbortOnSendFailure ? life.GiveUp : null,
            Lost = losses.Judge,
            Doubtful = () => opener?.Wake(),
        };
        var factory = new LaneFactory(lanes, context, fetcher, producer, observe);
        var targets = new TargetTopics(target, new AdminClient(target, scope.Time), options.TopicCreation, scope.Logger);
        var planner = new LanePlanner(source, targets, options, _keeping);
        var patience = new OpeningPatience(options.Target.MaxBlock ?? TimeSpan.MaxValue, context.Abort, scope.Time);
        var look = new LogLook(
            new LogSide(source, options.Source.Fetch.IsolationLevel, scope.Time, scope.Loggers),
            new LogSide(target, IsolationLevel.ReadUncommitted, scope.Time, scope.Loggers));
        var tails = life.Keep(TailCheck.Over(
            Idle(life, options.Source.Client with { ClientId = $"{sourceId}-tail" }),
            Idle(life, options.Target.Client with { ClientId = $"{options.Target.Client.ClientId}-tail" }),
            options.Source.Fetch.IsolationLevel,
            new TailLimits(TailLimits.DefaultMaxBytes, options.MemoryBudgetBytes / options.Streams / 4),
            scope.Time,
            scope.Logger));
        var starts = new StartPositions(member.Group, source, new AdminClient(source, scope.Time), options.Source, _known, scope.Logger);
        var positions = new GroupPositions(lanes, member.Group, _known, options.CommitInterval, scope.Time, scope.Logger);
        opener = new LaneOpener(
            lanes, planner, starts, new LaneResumption(look, losses, tails, positions, scope.Logger), factory, patience, scope.Time, scope.Logger);
        life.Work(opener.RunAsync);
        life.Work(new LaneWatch(lanes, targets, scope.Time, scope.Logger).RunAsync);
        life.Work(new SourceEndsLoop(() => lanes.Open, source, scope.Time, scope.Logger).RunAsync);
        life.Work(new TargetWatch(lanes, look.Target, planner, patience, scope.Time, scope.Logger).RunAsync);

        var drain = options.Grace / 2 < LongestDrain ? options.Grace / 2 : LongestDrain;
        var slot = new FlowSlot(new SlotPipe(target, fetcher, producer, null), lanes, factory, positions, drain, scope) { Woken = opener.Wake };
        return (slot, member);
    }

    private string WayOn(Loss loss)
    {
        var source = options.Source;
        var at = loss.GoOnAt is { } offset ? $"--to-offset {offset}" : "--to-offset N";
        return $"stop the mirror, say where to go on with 'kafka-consumer-groups.sh --bootstrap-server {Bootstrap.Text(source.Client.BootstrapServers[0])} "
            + $"--group {source.Group.GroupId} --topic {loss.Lane.Topic}:{loss.Lane.Partition} --reset-offsets {at} --execute', and start it again; "
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
}
