using Heliostat.Client;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The slots of a worker under exactly-once: each has a transaction while it is this worker's (<see cref="SlotTransaction"/>), and those of
/// an earlier run with more slots are fenced by whoever takes some first.
/// </summary>
internal sealed class SlotTransactions(IReadOnlyList<SlotTransaction> slots, FormerTasks former, TimeProvider time) : ISlotTerms
{
    /// <summary>A coordinator that is away keeps the others from being given back no longer.</summary>
    private static readonly TimeSpan PatienceToTake = TimeSpan.FromSeconds(30);

    private bool _hasFenced;

    public IReadOnlyCollection<int> Held => [.. Enumerable.Range(0, slots.Count).Where(slot => slots[slot].IsHeld)];

    public async Task TakeAsync(IReadOnlyCollection<int> coming, CancellationToken ct)
    {
        if (!_hasFenced && coming.Count > 0)
        {
            await former.FenceAsync(slots.Count, ct);
            _hasFenced = true;
        }

        using var late = new CancellationTokenSource(PatienceToTake, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await Settling.AllAsync(Of(coming).Select(slot => slot.BeginAsync(either.Token)));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new KafkaErrorException(ErrorCode.RequestTimedOut,
                $"the target's coordinator gave no transactional id within {PatienceToTake.TotalSeconds:0} s");
        }
    }

    public Task ReleaseAsync(IReadOnlyCollection<int> given, CancellationToken ct) =>
        Settling.AllAsync(Of(given).Select(slot => slot.EndAsync()));

    /// <summary>The slot of what a flow has once writes nothing in transactions.</summary>
    private IEnumerable<SlotTransaction> Of(IEnumerable<int> some) => some.Where(slot => slot < slots.Count).Select(slot => slots[slot]);
}
