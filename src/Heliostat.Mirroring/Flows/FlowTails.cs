using System.Runtime.CompilerServices;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Tails;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Between knowing where lanes start and opening them: those that go on are put behind what already stands on the target, those that begin
/// are stored first. A lane that needs neither waits for no other.
/// </summary>
/// <param name="positions">What is stored.</param>
/// <param name="offsets">What is known of where records stand.</param>
/// <param name="check">Looks at the target.</param>
/// <param name="book">Told of what is not as it should be.</param>
/// <param name="store">Stores where lanes begin, before anything of them is mirrored; null where positions are stored in transactions, with
/// the records.</param>
internal sealed class FlowTails(
    PositionTopic positions, LaneOffsetTable offsets, TailCheck check, LossBook book,
    Func<IReadOnlyDictionary<TopicPartition, LanePosition>, CancellationToken, Task>? store)
{
    /// <summary>What is done to a lane's records; null where nothing is.</summary>
    public Func<TopicPartition, RecordRules?> Rules { get; init; } = static _ => null;

    /// <summary>Keeps former owners from writing behind what is found; null where nobody can.</summary>
    public Func<IReadOnlyDictionary<TopicPartition, (long? Next, TopicPartition Target)>, CancellationToken, Task>? Fence { get; init; }

    /// <summary>Why some lanes cannot go on now; null where all can.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The lanes that can be opened, each as soon as it can.</summary>
    /// <param name="found">Where lanes start.</param>
    /// <param name="places">Their places on the target.</param>
    /// <param name="ct">Ends it.</param>
    public async IAsyncEnumerable<(TopicPartition Lane, LaneStart Start)> ThroughAsync(
        IReadOnlyDictionary<TopicPartition, LaneStart> found, IReadOnlyDictionary<TopicPartition, TopicPartition> places,
        [EnumeratorCancellation] CancellationToken ct)
    {
        Trouble = null;
        if (Fence is not null)
        {
            await Fence(found.ToDictionary(lane => lane.Key,
                lane => (lane.Value.IsResumed || lane.Value.IsAnew ? lane.Value.Position.Offset : (long?)null, places[lane.Key])), ct);
        }

        foreach (var (lane, start) in await BegunAsync(found.Where(lane => !lane.Value.IsResumed).ToDictionary(), places, ct))
        {
            yield return (lane, start);
        }

        var lanes = found.Where(lane => lane.Value.IsResumed).Select(lane =>
            offsets.Tail(lane.Key, places[lane.Key], lane.Value.Compared) with { Rules = Rules(lane.Key) }).ToList();
        await foreach (var through in check.CheckAsync(lanes, ct))
        {
            var lane = through.Lane.Source;
            if (through.Outcome?.NotBefore(found[lane].Position.Offset) is not { } outcome)
            {
                Trouble = through.Trouble;
                continue;
            }

            if (TailLosses.Of(through.Lane, outcome) is { } loss && book.Halts(loss, outcome.Resume))
            {
                yield return (lane, found[lane] with { Halt = loss });
                continue;
            }

            offsets.Resume(through.Lane, outcome, positions.Find(lane), through.End);
            yield return (lane, found[lane] with { Position = outcome.Behind(found[lane].Position), TargetEnd = through.End });
        }
    }

    /// <summary>
    /// Nothing of them was mirrored, or they begin anew: all that comes will stand behind what the target holds now, and nothing of that is
    /// to be taken for it.
    /// </summary>
    private async Task<Dictionary<TopicPartition, LaneStart>> BegunAsync(
        Dictionary<TopicPartition, LaneStart> begun, IReadOnlyDictionary<TopicPartition, TopicPartition> places, CancellationToken ct)
    {
        var open = begun
            .Where(lane => lane.Value.Halt is null && (store is not null || lane.Value.IsAnew)).Select(lane => lane.Key).ToList();
        if (open.Count == 0)
        {
            return begun;
        }

        var ends = await check.EndsAsync([.. open.Select(lane => places[lane])], ct);
        foreach (var lane in open)
        {
            if (!ends.TryGetValue(places[lane], out var end))
            {
                // A later start would take all that stands there for this lane's.
                Trouble = $"target: where {places[lane]} ends cannot be looked up";
                begun.Remove(lane);
                continue;
            }

            var behind = begun[lane].Position with { LastTargetOffset = end - 1, IsCommitted = false };
            begun[lane] = begun[lane] with { Position = behind, TargetEnd = end };
        }

        if (store is not null)
        {
            await store(open.Where(begun.ContainsKey).ToDictionary(lane => lane, lane => begun[lane].Position), ct);
        }

        return begun;
    }
}
