using Heliostat.Broker;
using Heliostat.Broker.Faults;
using Heliostat.Protocol.Messages;
using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Time;
using Heliostat.Transport.Network;
using Fault = Heliostat.Simulation.Schedules.Fault;

namespace Heliostat.Simulation.Worlds;

/// <summary>Lets the faults of a schedule happen, each at its time, and ends all of them.</summary>
internal sealed class FaultPlayer(World world, Schedule schedule, SimulatedClock clock, WorldLog log)
{
    private static readonly ApiKey[] Answers =
    [
        ApiKey.Produce, ApiKey.Produce, ApiKey.Produce, ApiKey.Fetch, ApiKey.OffsetCommit, ApiKey.EndTxn, ApiKey.InitProducerId, ApiKey.AddPartitionsToTxn, ApiKey.JoinGroup,
        ApiKey.SyncGroup, ApiKey.CreateTopics, ApiKey.Metadata, ApiKey.ListOffsets,
    ];

    private static readonly (ApiKey Api, ErrorCode Error)[] Errors =
    [
        (ApiKey.Produce, ErrorCode.NotLeaderOrFollower), (ApiKey.Produce, ErrorCode.NotEnoughReplicas), (ApiKey.Produce, ErrorCode.RequestTimedOut),
        (ApiKey.Produce, ErrorCode.KafkaStorageError), (ApiKey.Fetch, ErrorCode.NotLeaderOrFollower), (ApiKey.Fetch, ErrorCode.KafkaStorageError),
        (ApiKey.Fetch, ErrorCode.UnknownLeaderEpoch), (ApiKey.FindCoordinator, ErrorCode.CoordinatorNotAvailable), (ApiKey.OffsetCommit, ErrorCode.CoordinatorLoadInProgress),
        (ApiKey.OffsetFetch, ErrorCode.NotCoordinator), (ApiKey.InitProducerId, ErrorCode.CoordinatorLoadInProgress), (ApiKey.EndTxn, ErrorCode.ConcurrentTransactions),
        (ApiKey.AddPartitionsToTxn, ErrorCode.ConcurrentTransactions), (ApiKey.ListOffsets, ErrorCode.NotLeaderOrFollower),
    ];

    private MirrorProcess _mirror = null!;
    private int _life;
    private int _stopped;

    /// <summary>Starts the first mirror, plays all faults, and ends when each is over; a mirror runs then.</summary>
    public async Task<MirrorProcess> PlayAsync()
    {
        Begin();
        List<Task> lasting = [];
        foreach (var fault in schedule.Faults)
        {
            if (fault.At > clock.Elapsed)
            {
                await Task.Delay(fault.At - clock.Elapsed, clock);
            }

            log.Add($"fault: {fault}");
            if (fault.Kind is FaultKind.KillMirror or FaultKind.RestartMirror)
            {
                await ReplaceAsync(fault);
            }
            else
            {
                lasting.Add(HappenAsync(fault));
            }
        }

        await Task.WhenAll(lasting);
        if (_mirror.Ended is { } ended)
        {
            log.Add($"the mirror had ended by itself ({ended}); a supervisor starts it again");
            Begin();
        }

        return _mirror;
    }

    /// <summary>The next life of the mirror.</summary>
    public MirrorProcess Begin() => _mirror = MirrorProcess.Start(world, schedule, clock, log, ++_life);

    private async Task ReplaceAsync(Fault fault)
    {
        await (fault.Kind == FaultKind.KillMirror ? _mirror.KillAsync() : _mirror.StopAsync());
        await Task.Delay(fault.For / 4, clock);
        Begin();
        log.Add($"life {_life} of the mirror begins");
    }

    private async Task HappenAsync(Fault fault)
    {
        var cluster = world.Cluster(fault.OnTarget);
        switch (fault.Kind)
        {
            case FaultKind.Cut when Chosen(fault) is { } connection:
                connection.Cut();
                break;
            case FaultKind.Stall when Chosen(fault) is { } connection:
                await StallAsync(connection, fault);
                break;
            case FaultKind.LoseAnswer:
                cluster.Faults.Intercept(Answers[fault.Choice % Answers.Length], Unless(new FaultAction { CutAfterBytes = 0 }), times: 1);
                break;
            case FaultKind.Refuse:
                var (api, error) = Errors[fault.Choice % Errors.Length];
                using (cluster.Faults.Intercept(api, Unless(new FaultAction { Error = error })))
                {
                    await Task.Delay(fault.For / 4, clock);
                }

                break;
            case FaultKind.MoveLeader:
                Move(cluster, fault);
                break;
            case FaultKind.StopBroker when schedule.Brokers > 1 && _stopped == 0:
                _stopped++;
                await StopBrokerAsync(cluster, fault.Choice % schedule.Brokers, fault.For);
                _stopped--;
                break;
            case FaultKind.ExpireProducers:
                for (var id = 0; id < 4096; id++)
                {
                    world.Target.ExpireProducerId(id);
                }

                break;
        }
    }

    /// <summary>Some API's request of anybody but the load.</summary>
    private static Func<FaultyRequest, FaultAction?> Unless(FaultAction action) => request => request.ClientId == Load.ClientId ? null : action;

    private MemoryConnection? Chosen(Fault fault) => world.MirrorConnections is { Count: > 0 } open ? open[fault.Choice % open.Count] : null;

    private async Task StallAsync(MemoryConnection connection, Fault fault)
    {
        connection.HoldsToServer = fault.OnTarget;
        connection.HoldsToClient = !fault.OnTarget;
        await Task.Delay(fault.For, clock);
        connection.HoldsToServer = false;
        connection.HoldsToClient = false;
    }

    private void Move(EmbeddedCluster cluster, Fault fault)
    {
        var topic = fault.OnTarget ? MirrorProcess.TargetTopic(schedule.Way) : World.Topic;
        if (schedule.Brokers > 1 && _stopped == 0 && cluster.HasTopic(topic))
        {
            cluster.MoveLeader(topic, fault.Choice % schedule.Partitions, fault.Choice / 8 % schedule.Brokers);
        }
    }

    private async Task StopBrokerAsync(EmbeddedCluster cluster, int broker, TimeSpan time)
    {
        await cluster.StopBrokerAsync(broker, CancellationToken.None);
        await Task.Delay(time, clock);
        await cluster.StartBrokerAsync(broker, CancellationToken.None);
    }
}
