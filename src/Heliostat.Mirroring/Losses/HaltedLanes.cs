using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// The halted lanes of a flow as its state topic has them, and where they are told how to go on. A flow that runs does so within some
/// seconds, one that does not when it starts.
/// </summary>
public sealed class HaltedLanes : IAsyncDisposable
{
    private readonly StateTopic _state;
    private readonly TimeProvider _time;

    public HaltedLanes(FlowOptions flow, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _time = time;
        _state = new StateTopic(flow, time, loggers);
    }

    /// <summary>Those that are halted now, by topic and partition.</summary>
    /// <exception cref="KafkaErrorException">The state topic may not be read.</exception>
    /// <exception cref="KafkaConnectionException">The target does not answer.</exception>
    public async Task<IReadOnlyList<HaltedLane>> ReadAsync(CancellationToken ct)
    {
        await _state.Clients.AskTargetAsync(ct);
        return
        [
            .. from lane in (await LedgerAsync(ct)).Lanes
               orderby lane.Key.Topic, lane.Key.Partition
               let halt = lane.Value
               select new HaltedLane(lane.Key.Topic, lane.Key.Partition)
               {
                   Kind = halt.KindName,
                   Since = halt.At,
                   Position = halt.Position,
                   Divergence = halt.GoOnAt,
                   Cause = halt.Cause,
                   ResumeAt = halt.ResumeAt,
               },
        ];
    }

    /// <summary>The source's log start, or its end; null where the source does not tell.</summary>
    /// <exception cref="KafkaConnectionException">The source does not answer.</exception>
    public async Task<long?> OffsetAsync(HaltedLane lane, bool atEnd, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lane);
        var partition = new TopicPartition(lane.Topic, lane.Partition);
        var spec = atEnd ? OffsetSpec.Latest : OffsetSpec.Earliest;
        var found = await _state.Clients.OnSource.ListOffsetsAsync(new Dictionary<TopicPartition, long> { [partition] = spec },
            IsolationLevel.ReadUncommitted, ct);
        return found[partition].ErrorCode == ErrorCode.None ? found[partition].Offset : null;
    }

    /// <summary>Lets each lane go on at the source offset given with it.</summary>
    /// <exception cref="KafkaErrorException">The target refuses to keep it.</exception>
    public async Task ResumeAsync(IReadOnlyList<(HaltedLane Lane, long From)> lanes, CancellationToken ct)
    {
        var known = (await LedgerAsync(ct)).Lanes;
        await _state.WriteAsync(
            [
                .. from lane in lanes
                   let partition = new TopicPartition(lane.Lane.Topic, lane.Lane.Partition)
                   where known.ContainsKey(partition)
                   select new KeyedRecord(LaneDecision.Key(partition), (known[partition] with { ResumeAt = lane.From }).Write()),
            ],
            ct);
    }

    public ValueTask DisposeAsync() => _state.DisposeAsync();

    private async Task<LossLedger> LedgerAsync(CancellationToken ct)
    {
        var ledger = new LossLedger(_time);
        await _state.ReadAsync(record => ledger.Take(record.Key, record.Value), ct);
        return ledger;
    }
}
