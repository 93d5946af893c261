using System.Net;
using System.Net.Sockets;
using Heliostat.Broker;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Simulation.Schedules;
using Heliostat.Testing;
using Heliostat.Testing.Time;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Simulation.Worlds;

/// <summary>One life of a mirror, on a machine of its own.</summary>
internal sealed class MirrorProcess
{
    private const long MemoryBudget = 64 << 20;
    private static readonly EngineOptions Shared = new() { MemoryBudgetBytes = MemoryBudget };

    private readonly World _world;
    private readonly Schedule _schedule;
    private readonly SimulatedClock _clock;
    private readonly ILoggerFactory _log;
    private readonly IPAddress _machine;
    private readonly string _name;

    /// <summary>Null where there is one process only, which never stands still.</summary>
    private readonly ProcessThread? _thread;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private MirrorEngine _engine = null!;
    private Task _running = Task.CompletedTask;
    private bool _isKilled;

    private MirrorProcess(World world, Schedule schedule, SimulatedClock clock, WorldLog log, int worker, int life)
    {
        _world = world;
        _schedule = schedule;
        _clock = clock;
        _machine = IPAddress.Parse($"10.3.{worker}.{life}");
        _name = schedule.IsShared ? $"w{worker}.{life}" : "w";
        _thread = schedule.IsShared ? new ProcessThread(SynchronizationContext.Current!) : null;
        _time = _thread?.Clock(clock) ?? clock;
        _log = schedule.IsShared ? log.Of(_name, world.Writers) : log;
    }

    /// <summary>Where the mirror keeps positions, unless it does in a group of the source.</summary>
    public const string OffsetsTopic = "mm2-offsets.A.internal";

    /// <summary>What the mirror calls the topic on the target.</summary>
    public static string TargetTopic(MirrorWay way) => way is MirrorWay.Group or MirrorWay.Quick ? World.Topic : "A." + World.Topic;

    public static MirrorProcess Start(World world, Schedule schedule, SimulatedClock clock, WorldLog log, int worker, int life)
    {
        var process = new MirrorProcess(world, schedule, clock, log, worker, life);
        process.Do(() =>
        {
            var random = new Random(schedule.Seed ^ (life << 8));
            process._engine = schedule.Way is MirrorWay.Group or MirrorWay.Quick ? process.Group(random) : process.File(random);
            process._running = process.RunAsync();
        });
        return process;
    }

    /// <summary>How it ended by itself; null while it runs.</summary>
    public string? Ended { get; private set; }

    /// <summary>The partitions of the source that stand still until somebody says how to go on.</summary>
    public IReadOnlySet<int> Halted =>
        _engine.Snapshot().Total.Paused.Where(lane => lane.RetryAt is null).Select(lane => lane.Partition).ToHashSet();

    /// <summary>How many lanes are open, and mirror or wait for more.</summary>
    public int Running => _engine.Snapshot().Total.RunningLanes;

    public override string ToString() => _name;

    /// <summary>As SIGSTOP.</summary>
    public void StandStill() => _thread!.StandStill();

    /// <summary>As SIGCONT.</summary>
    public void GoOn() => _thread!.GoOn();

    /// <summary>Nothing gets through between it and a cluster for a while; what is under way meanwhile comes late, or never.</summary>
    public async Task IsolateAsync(EmbeddedCluster from, TimeSpan time, bool comesLate)
    {
        var cluster = IPAddress.Parse(from.BootstrapServers.Split(':')[0]);
        _world.Unreachable.Add((_machine, cluster));
        var connections = _world.Network.Connections
            .Where(connection => connection.Client.Address.Equals(_machine) && connection.Server.Address.Equals(cluster)).ToList();
        connections.ForEach(connection => (connection.HoldsToServer, connection.HoldsToClient) = (true, true));
        await Task.Delay(time, _clock);
        _world.Unreachable.Remove((_machine, cluster));
        foreach (var connection in connections.Where(_ => !_isKilled))
        {
            if (comesLate)
            {
                (connection.HoldsToServer, connection.HoldsToClient) = (false, false);
            }
            else
            {
                connection.Cut();
            }
        }
    }

    /// <summary>As SIGTERM: it ends in good order, within its grace.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelSoonAsync();
        await EndAsync(Shared.Grace + TimeSpan.FromSeconds(5));
    }

    /// <summary>As SIGKILL: from now on nothing of it reaches anybody.</summary>
    public async Task KillAsync()
    {
        _isKilled = true;
        _world.Told.Add(_engine);
        var before = _world.Network.Refusal;
        _world.Network.Refusal = (from, to) => from.Equals(_machine)
            ? SocketError.NetworkUnreachable
            : before?.Invoke(from, to) ?? SocketError.Success;
        foreach (var connection in _world.Network.Connections.Where(connection => connection.Client.Address.Equals(_machine)))
        {
            connection.Cut();
        }

        _thread?.GoOn();
        await _stop.CancelSoonAsync();
        await _abort.CancelSoonAsync();
        await EndAsync(TimeSpan.FromMinutes(2));
    }

    private async Task RunAsync()
    {
        var outcome = new MirrorOutcome(MirrorEnd.Failed);
        try
        {
            outcome = await _engine.RunAsync(_stop.Token, _abort.Token);
            Ended = $"{outcome.End} {outcome.Failure}";
        }
        catch (Exception failure)
        {
            Ended = failure.ToString();
        }

        if (!_isKilled)
        {
            _world.Told.Add(_engine);
            _world.Told.Add(_machine.GetAddressBytes()[2], outcome);
        }
    }

    private void Do(Action work)
    {
        if (_thread is null)
        {
            work();
        }
        else
        {
            _thread.Do(_ => work(), null);
        }
    }

    private async Task EndAsync(TimeSpan within)
    {
        var late = Task.Delay(within, _clock);
        if (await Task.WhenAny(_running, late) == late)
        {
            await _abort.CancelSoonAsync();
            if (await Task.WhenAny(_running, Task.Delay(TimeSpan.FromMinutes(2), _clock)) != _running)
            {
                throw new InvalidOperationException("the mirror does not end");
            }
        }

        await _running;
    }

    private string Isolation => _schedule.ReadsCommitted ? "read_committed" : "read_uncommitted";

    private EngineOptions Engine => Shared with { Worker = _name };

    private MirrorEngine Group(Random random)
    {
        var isQuick = _schedule.Way == MirrorWay.Quick;
        string[] policies = _schedule.GoesOn ? ["heliostat.on.recreated=restart", "heliostat.on.truncated=rewind"] : [];
        var flow = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = _world.Source.BootstrapServers,
            To = _world.Target.BootstrapServers,
            Topics = World.Topic,
            Group = isQuick ? null : "mirror",
            ConsumerProperties =
            [
                $"isolation.level={Isolation}", "session.timeout.ms=6000", "heartbeat.interval.ms=1000", "metadata.max.age.ms=5000",
                .. policies,
            ],
            MemoryBudgetBytes = MemoryBudget,
        }).Flow;
        flow = On(flow, random) with
        {
            Positions = flow.SourceGroup with { ChecksPositions = isQuick, CommitInterval = TimeSpan.FromSeconds(1) },
        };
        return new MirrorEngine([flow], Engine, _time, _log);
    }

    private MirrorEngine File(Random random)
    {
        var text = $"""
            clusters = A, B
            A.bootstrap.servers = {_world.Source.BootstrapServers}
            B.bootstrap.servers = {_world.Target.BootstrapServers}
            A->B.enabled = true
            A->B.topics = {World.Topic}
            A->B.groups =
            A->B.consumer.isolation.level = {Isolation}
            A->B.heliostat.on.recreated = {(_schedule.GoesOn ? "restart" : "halt")}
            A->B.heliostat.on.truncated = {(_schedule.GoesOn ? "rewind" : "halt")}
            A->B.tasks.max = {_schedule.Slots}
            replication.factor = {_schedule.Brokers}
            offset-syncs.topic.replication.factor = {_schedule.Brokers}
            checkpoints.topic.replication.factor = {_schedule.Brokers}
            heartbeats.topic.replication.factor = {_schedule.Brokers}
            offset.storage.replication.factor = {_schedule.Brokers}
            emit.heartbeats.enabled = false
            refresh.topics.interval.seconds = 2
            sync.topic.acls.enabled = false
            B.offset.flush.interval.ms = 1000
            B.exactly.once.source.support = {(_schedule.Way == MirrorWay.Transaction ? "enabled" : "disabled")}
            """;
        var file = Configurations.Read(text).ToFile();
        return new MirrorEngine([.. file.Flows.Select(flow => On(flow, random))], Engine, _time, _log);
    }

    private FlowOptions On(FlowOptions flow, Random random) =>
        flow.On(_world.Network.From(_machine), random, _schedule.IsShared ? Writers.Name(_name) : "");
}
