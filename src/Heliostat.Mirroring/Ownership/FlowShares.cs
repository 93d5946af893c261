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
    private const string NobodyRunsIt = "no worker runs it now";

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
    /// <param name="worker">By its name.</param>
    /// <param name="isDrained">It is to have nothing.</param>
    /// <param name="dryRun">Only say whether it may be said.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Why it is not said; null where it is.</returns>
    /// <exception cref="Client.KafkaErrorException">The target refuses to keep it, or the flow never ran.</exception>
    /// <exception cref="Transport.KafkaConnectionException">The target does not answer.</exception>
    public async Task<string?> DrainAsync(string worker, bool isDrained, bool dryRun, CancellationToken ct)
    {
        // Who takes part again may not be there just now.
        if (isDrained)
        {
            var workers = await WorkersAsync(ct);
            var refusal = WhyNot(workers, worker)
                ?? (workers.All(other => other.Name == worker || other.IsDrained)
                    ? $"{worker} is the only one: nobody else could take over what it has" : null);
            if (refusal is not null) return refusal;
        }

        await SayAsync([new KeyedRecord(new SlotWish(worker, null).Write(), isDrained ? SlotWish.Said : null)], dryRun, ct);
        return null;
    }

    /// <summary>Slots are a worker's while it is there.</summary>
    /// <param name="worker">By its name.</param>
    /// <param name="slots">Which.</param>
    /// <param name="lane">The slot of this lane too; null for none.</param>
    /// <param name="dryRun">Only say what would move.</param>
    /// <param name="ct">Ends it.</param>
    /// <inheritdoc cref="DrainAsync" path="/exception"/>
    public async Task<SlotMove> MoveAsync(
        string worker, IReadOnlyList<int> slots, TopicPartition? lane, bool dryRun, CancellationToken ct)
    {
        int[] all = [.. (lane is { } one ? slots.Append(_slots.Of(one)) : slots).Distinct().Order()];
        var refusal = all.Length == 0 || all[0] < 0 || all[^1] >= Slots
            ? $"name slots of 0 to {Slots - 1}, or a partition"
            : WhyNot(await WorkersAsync(ct), worker);
        if (refusal is not null) return new SlotMove([]) { Refusal = refusal };

        await SayAsync([.. all.Select(slot => new KeyedRecord(new SlotWish(null, slot).Write(), SlotWish.ValueOf(worker)))], dryRun, ct);
        return new SlotMove(all);
    }

    /// <summary>Slots are nobody's by an operator's word any more, and loads are levelled now.</summary>
    /// <param name="dryRun">Only say whether it may be said.</param>
    /// <param name="ct">Ends it.</param>
    /// <inheritdoc cref="DrainAsync" path="/returns"/>
    /// <inheritdoc cref="DrainAsync" path="/exception"/>
    public async Task<string?> RebalanceAsync(bool dryRun, CancellationToken ct)
    {
        if ((await WorkersAsync(ct)).Count == 0) return NobodyRunsIt;

        var placed = (await WishesAsync(ct)).Places.Keys.Select(slot => new KeyedRecord(new SlotWish(null, slot).Write(), null));
        await SayAsync([.. placed, new KeyedRecord(SlotWish.Levelled.Write(), SlotWish.ValueOf(_time.GetUtcNow()))], dryRun, ct);
        return null;
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

    private static string? WhyNot(IReadOnlyList<FlowWorker> workers, string name) =>
        workers.Count == 0 ? NobodyRunsIt
        : workers.Any(worker => worker.Name == name) ? null
        : $"there is no worker '{name}': {string.Join(", ", workers.Select(worker => worker.Name))}";

    private async Task SayAsync(IReadOnlyList<KeyedRecord> said, bool dryRun, CancellationToken ct)
    {
        if (dryRun) return;

        await _state.Clients.AskTargetAsync(ct);
        await _state.WriteAsync(said, ct);
    }
}
