using Heliostat.Configuration.Options;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Sharing;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// Who has what of a flow, and what an operator wants of that: read and said from any machine that reaches the target, in the flow's state
/// topic. The workers that run the flow hear of it at once.
/// </summary>
public sealed class FlowShares : IAsyncDisposable
{
    private static readonly TimeSpan SettledWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private readonly StateTopic _state;
    private readonly FlowOptions _flow;
    private readonly TimeProvider _time;
    private readonly LaneSlots _slots;

    public FlowShares(FlowOptions flow, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(flow);
        (_flow, _time) = (flow, time);
        _slots = new LaneSlots(flow.Worker.Slots);
        _state = new StateTopic(flow, time, loggers);
    }

    /// <summary>Slots that lanes are in: 0 to one less than this.</summary>
    public int Slots => _slots.Count;

    /// <summary>The slot of a lane: all lanes of a slot are one worker's.</summary>
    /// <param name="topic">By its name on the source.</param>
    /// <param name="partition">Its partition there.</param>
    public int SlotOf(string topic, int partition) => _slots.Of(new TopicPartition(topic, partition));

    /// <summary>The workers that are there now, by name; none where the flow does not run, or may not be shared.</summary>
    /// <exception cref="Client.KafkaErrorException">The group may not be looked at, or the state topic not be read.</exception>
    /// <exception cref="Transport.KafkaConnectionException">The target does not answer.</exception>
    public async Task<IReadOnlyList<FlowWorker>> WorkersAsync(CancellationToken ct)
    {
        var drained = (await WishesAsync(ct)).Drained;
        var found = await GroupAsync(ct);
        return
        [
            .. from member in found.Members
               let offer = WorkerOffer.Read(member.MemberMetadata)
               where offer is not null
               orderby offer.Name
               let slots = WorkerShare.Read(member.MemberAssignment)?.Slots ?? offer.Held
               let ofLanes = slots.Where(slot => slot < Slots).Order()
               select new FlowWorker(offer.Name, [.. ofLanes], slots.Contains(_slots.Control), drained.Contains(offer.Name)),
        ];
    }

    /// <summary>A worker is to have nothing from now on, or takes part again.</summary>
    /// <exception cref="Client.KafkaErrorException">The target refuses to keep it, or the flow never ran.</exception>
    /// <exception cref="Transport.KafkaConnectionException">The target does not answer.</exception>
    public Task DrainAsync(string worker, bool isDrained, CancellationToken ct) =>
        SayAsync([new KeyedRecord(new SlotWish(worker, null).Write(), isDrained ? SlotWish.Said : null)], ct);

    /// <summary>These slots are this worker's while it is there.</summary>
    /// <inheritdoc cref="DrainAsync"/>
    public Task MoveAsync(IReadOnlyList<int> slots, string worker, CancellationToken ct) =>
        SayAsync([.. slots.Select(slot => new KeyedRecord(new SlotWish(null, slot).Write(), SlotWish.ValueOf(worker)))], ct);

    /// <summary>Slots are nobody's by an operator's word any more, and loads are levelled now.</summary>
    /// <inheritdoc cref="DrainAsync"/>
    public async Task RebalanceAsync(CancellationToken ct)
    {
        var placed = (await WishesAsync(ct)).Places.Keys.Select(slot => new KeyedRecord(new SlotWish(null, slot).Write(), null));
        await SayAsync([.. placed, new KeyedRecord(SlotWish.Levelled.Write(), SlotWish.ValueOf(_time.GetUtcNow()))], ct);
    }

    public ValueTask DisposeAsync() => _state.DisposeAsync();

    /// <summary>While slots change hands the coordinator does not tell what members say: that is waited for.</summary>
    private async Task<DescribeGroupsDescribedGroup> GroupAsync(CancellationToken ct)
    {
        for (var start = _time.GetTimestamp(); ;)
        {
            var group = (await _state.Clients.OnTarget.DescribeGroupsAsync([_flow.Worker.ShareGroupId], ct))[0];
            if (group.Members.TrueForAll(member => member.MemberMetadata.Length > 0) || _time.GetElapsedTime(start) > SettledWithin)
            {
                return group;
            }

            await Task.Delay(LookAgain, _time, ct);
        }
    }

    private async Task<SlotWishes> WishesAsync(CancellationToken ct)
    {
        await _state.Clients.AskTargetAsync(ct);
        var book = new WishBook(_time);
        await _state.ReadAsync(record => book.Take(record.Key, record.Value), ct);
        return book.Now;
    }

    private async Task SayAsync(IReadOnlyList<KeyedRecord> said, CancellationToken ct)
    {
        await _state.Clients.AskTargetAsync(ct);
        await _state.WriteAsync(said, ct);
    }
}
