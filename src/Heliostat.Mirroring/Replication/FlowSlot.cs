using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Replication;

/// <summary>A share of a flow's lanes with a producer of its own: what MirrorMaker 2 calls a task of the source connector.</summary>
internal sealed class FlowSlot
{
    private readonly KafkaClient _target;
    private readonly LaneWatch _watch;

    public FlowSlot(KafkaClient target, Producer producer, ProducerTransaction? transaction, Fetcher fetcher, LaneContext context, TargetTopics topics, Func<LanePlan, ILaneObserver> observers, TimeProvider time, ILogger logger)
    {
        _target = target;
        Producer = producer;
        Transaction = transaction;
        Factory = new LaneFactory(Lanes, context, fetcher, producer, observers);
        _watch = new LaneWatch(Lanes, topics, time, logger);
    }

    public Producer Producer { get; }

    /// <summary>Under exactly-once: what all that the producer sends goes in.</summary>
    public ProducerTransaction? Transaction { get; }

    public LaneTable Lanes { get; } = new();

    public LaneFactory Factory { get; }

    /// <summary>Its transaction is over: nothing more can be sent or stored.</summary>
    public bool IsLost => Transaction?.Snapshot().Status == TransactionStatus.Over;

    /// <summary>What the lanes delivered: records and bytes, without positions and the like, which go through the same producer.</summary>
    public (long Records, long Bytes) Delivered
    {
        get
        {
            var (records, bytes) = (0L, 0L);
            foreach (var lane in Lanes.Open)
            {
                records += lane.Counters.Records;
                bytes += lane.Counters.Bytes;
            }

            return (records, bytes);
        }
    }

    /// <summary>What must go on while lanes are given back, each by itself so that its end is seen: leaders followed, batches sent.</summary>
    public IEnumerable<Task> Serve(CancellationToken ct) => [_target.RunAsync(ct), Producer.RunAsync(ct)];

    /// <summary>Retry clocks and limits of lanes that stand still.</summary>
    public Task WatchAsync(CancellationToken ct) => _watch.RunAsync(ct);
}
