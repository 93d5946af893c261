using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Producing;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// The halted lanes of a flow as its state topic has them, and where they are told how to go on. A flow that runs does so within some seconds, one that does not when it
/// starts.
/// </summary>
public sealed class HaltedLanes : IAsyncDisposable
{
    private const long BufferBytes = 8 * 1024 * 1024;

    private readonly FlowOptions _flow;
    private readonly FlowClients _clients;
    private readonly FramePool _frames = new(BufferBytes);
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly string _topic;

    public HaltedLanes(FlowOptions flow, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _flow = flow;
        _time = time;
        _loggers = loggers;
        _clients = new FlowClients(flow, _frames, time, loggers);
        _topic = new FlowTopicNames(flow).State.Name;
    }

    /// <summary>Those that are halted now, by topic and partition.</summary>
    /// <exception cref="KafkaErrorException">The state topic may not be read.</exception>
    /// <exception cref="KafkaConnectionException">The target does not answer.</exception>
    public async Task<IReadOnlyList<HaltedLane>> ReadAsync(CancellationToken ct)
    {
        await _clients.AskTargetAsync(ct);
        return
        [
            .. from lane in (await LedgerAsync(ct)).Lanes
               orderby lane.Key.Topic, lane.Key.Partition
               let halt = lane.Value
               select new HaltedLane(lane.Key.Topic, lane.Key.Partition)
               {
                   Kind = halt.Kind.Name(),
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
        var found = await _clients.OnSource.ListOffsetsAsync(new Dictionary<TopicPartition, long> { [partition] = spec }, IsolationLevel.ReadUncommitted, ct);
        return found[partition].ErrorCode == ErrorCode.None ? found[partition].Offset : null;
    }

    /// <summary>Lets each lane go on at the source offset given with it.</summary>
    /// <exception cref="KafkaErrorException">The target refuses to keep it.</exception>
    public async Task ResumeAsync(IReadOnlyList<(HaltedLane Lane, long From)> lanes, CancellationToken ct)
    {
        var known = (await LedgerAsync(ct)).Lanes;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var producer = new Producer(_clients.Control, _flow.DataProducer.Producer, _time, _loggers);
        Task[] running = [_clients.Control.RunAsync(done.Token), producer.RunAsync(done.Token)];
        try
        {
            using var topic = new PartitionAppender(producer, new TopicPartition(_topic, 0), _flow.Name.Target, _frames, _time);
            await topic.AppendAsync(
                [
                    .. from lane in lanes
                       let partition = new TopicPartition(lane.Lane.Topic, lane.Lane.Partition)
                       where known.ContainsKey(partition)
                       select new KeyedRecord(LaneDecision.Key(partition), (known[partition] with { ResumeAt = lane.From }).Write()),
                ],
                ct);
        }
        finally
        {
            await done.CancelSoonAsync();
            await Settling.AllAsync(running).SettleAsync();
        }
    }

    public ValueTask DisposeAsync() => _clients.DisposeAsync();

    private async Task<LossLedger> LedgerAsync(CancellationToken ct)
    {
        var ledger = new LossLedger(_time);
        await using var reader = _clients.TargetReader();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = reader.RunAsync(done.Token);
        try
        {
            await CompactedTopicReader.ReadAllAsync(reader, _topic, new CompactedTopicOptions(), record => ledger.Take(record.Key, record.Value), _time, _loggers, ct);
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnknownTopicOrPartition)
        {
            // Nothing was lost yet: there is not even a place for it.
        }
        finally
        {
            await done.CancelSoonAsync();
            await running.SettleAsync();
        }

        return ledger;
    }
}
