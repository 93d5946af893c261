using Heliostat.Broker;
using Heliostat.Broker.Faults;
using Heliostat.Protocol.Messages;
using Heliostat.Simulation.Schedules;
using Heliostat.Testing.Time;
using Heliostat.Transport.Network;
using Fault = Heliostat.Simulation.Schedules.Fault;

namespace Heliostat.Simulation.Worlds;

/// <summary>Lets the faults of a schedule happen, each at its time, and ends all of them.</summary>
internal sealed class FaultPlayer(World world, Schedule schedule, SimulatedClock clock, WorldLog log)
{
    private static readonly ApiKey[] Answers =
    [
        ApiKey.Produce, ApiKey.Produce, ApiKey.Produce, ApiKey.Fetch, ApiKey.OffsetCommit, ApiKey.EndTxn, ApiKey.InitProducerId,
        ApiKey.AddPartitionsToTxn, ApiKey.JoinGroup, ApiKey.SyncGroup, ApiKey.CreateTopics, ApiKey.Metadata, ApiKey.ListOffsets,
    ];

    private static readonly (ApiKey Api, ErrorCode Error)[] Errors =
    [
        (ApiKey.Produce, ErrorCode.NotLeaderOrFollower), (ApiKey.Produce, ErrorCode.NotEnoughReplicas),
        (ApiKey.Produce, ErrorCode.RequestTimedOut), (ApiKey.Produce, ErrorCode.KafkaStorageError),
        (ApiKey.Fetch, ErrorCode.NotLeaderOrFollower), (ApiKey.Fetch, ErrorCode.KafkaStorageError),
        (ApiKey.Fetch, ErrorCode.UnknownLeaderEpoch), (ApiKey.FindCoordinator, ErrorCode.CoordinatorNotAvailable),
        (ApiKey.OffsetCommit, ErrorCode.CoordinatorLoadInProgress), (ApiKey.OffsetFetch, ErrorCode.NotCoordinator),
        (ApiKey.InitProducerId, ErrorCode.CoordinatorLoadInProgress), (ApiKey.EndTxn, ErrorCode.ConcurrentTransactions),
        (ApiKey.AddPartitionsToTxn, ErrorCode.ConcurrentTransactions), (ApiKey.ListOffsets, ErrorCode.NotLeaderOrFollower),
    ];

    private readonly Workers _mirror = new(world, schedule, clock, log);
    private bool _isStopped;
    private bool _isStorageLost;

    /// <summary>What runs the flow.</summary>
    public Workers Mirror => _mirror;

    /// <summary>Starts the first mirror, plays all faults, and ends when each is over.</summary>
    public async Task PlayAsync()
    {
        _mirror.Begin();
        List<Task> lasting = [];
        foreach (var fault in schedule.Faults)
        {
            if (fault.At > clock.Elapsed)
            {
                await Task.Delay(fault.At - clock.Elapsed, clock);
            }

            log.Add($"fault: {fault}");
            if (fault.Kind is FaultKind.KillMirror or FaultKind.RestartMirror && !schedule.IsShared)
            {
                await _mirror.ReplaceAsync(fault);
            }
            else
            {
                lasting.Add(HappenAsync(fault));
            }
        }

        await Task.WhenAll(lasting);
    }

    private async Task HappenAsync(Fault fault)
    {
        var cluster = world.Cluster(fault.OnTarget);
        var broker = fault.Choice / 8 % schedule.Brokers;
        switch (fault.Kind)
        {
            case FaultKind.KillMirror or FaultKind.RestartMirror:
                await _mirror.ReplaceAsync(fault);
                break;
            case FaultKind.FreezeWorker:
                await _mirror.FreezeAsync(fault);
                break;
            case FaultKind.IsolateWorker:
                await _mirror.IsolateAsync(fault);
                break;
            case FaultKind.JoinWorker:
                _mirror.Join();
                break;
            case FaultKind.Cut when Chosen(fault) is { } connection:
                connection.Cut();
                break;
            case FaultKind.Stall when Chosen(fault) is { } connection:
                await StallAsync(connection, fault);
                break;
            case FaultKind.LoseAnswer:
                cluster.Faults.Intercept(Answers[fault.Choice % Answers.Length], _ => new FaultAction { CutAfterBytes = 0 }, times: 1);
                break;
            case FaultKind.Refuse:
                var (api, error) = Errors[fault.Choice % Errors.Length];
                using (cluster.Faults.Intercept(api, _ => new FaultAction { Error = error }))
                {
                    await Task.Delay(fault.For / 4, clock);
                }

                break;
            case FaultKind.MoveLeader when schedule.Brokers > 1 && cluster.HasTopic(Topic(fault)):
                cluster.MoveLeader(Topic(fault), Partition(fault), broker);
                break;
            case FaultKind.StopBroker when schedule.Brokers > 1 && !_isStopped:
                await StopBrokerAsync(cluster, broker, fault.For);
                break;
            case FaultKind.LoseStorage when schedule.Brokers > 1 && !_isStorageLost:
                await LoseStorageAsync(cluster, broker, fault.For);
                break;
            case FaultKind.StallFollower:
                cluster.StallFollowing(broker, true);
                await Task.Delay(fault.For, clock);
                cluster.StallFollowing(broker, false);
                break;
            default:
                await new Damage(world, schedule, fault, clock).HappenAsync();
                break;
        }
    }

    private string Topic(Fault fault) => fault.OnTarget ? MirrorProcess.TargetTopic(schedule.Way) : World.Topic;

    private int Partition(Fault fault) => fault.Choice % world.Cluster(fault.OnTarget).PartitionCount(Topic(fault));

    private MemoryConnection? Chosen(Fault fault) => world.Connections is { Count: > 0 } open ? open[fault.Choice % open.Count] : null;

    private async Task StallAsync(MemoryConnection connection, Fault fault)
    {
        world.History.CameLate |= fault.OnTarget && fault.For > History.InTime;
        connection.HoldsToServer = fault.OnTarget;
        connection.HoldsToClient = !fault.OnTarget;
        await Task.Delay(fault.For, clock);
        connection.HoldsToServer = false;
        connection.HoldsToClient = false;
    }

    private async Task StopBrokerAsync(EmbeddedCluster cluster, int broker, TimeSpan time)
    {
        _isStopped = true;
        await cluster.StopBrokerAsync(broker, CancellationToken.None);
        await Task.Delay(time, clock);
        await cluster.StartBrokerAsync(broker, CancellationToken.None);
        _isStopped = false;
    }

    private async Task LoseStorageAsync(EmbeddedCluster cluster, int broker, TimeSpan time)
    {
        _isStorageLost = true;
        cluster.LoseStorage(broker, true);
        await Task.Delay(time, clock);
        cluster.LoseStorage(broker, false);
        _isStorageLost = false;
    }
}
