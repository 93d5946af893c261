using Heliostat.Client.Admin;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Equal;

/// <summary>Whether partitions of both sides hold the same records at the same offsets, as far as a few of them tell.</summary>
/// <param name="look">The logs of both.</param>
internal sealed class EqualLook(LogLook look)
{
    /// <summary>So far before the end of the target records are compared, as far as both sides have one there.</summary>
    private static readonly long[] Looks = [1, 2, 3, 5, 10, 100];

    /// <summary>From where on offsets are not the same, and why; null where nothing says so.</summary>
    /// <param name="end">Where the target ends.</param>
    /// <param name="last">Where the source ends.</param>
    /// <param name="differs">An offset at which records differ.</param>
    public static (long At, string Cause)? Break(long end, long last, long? differs) =>
        end > last ? (last, $"the target ends at {end}, and the source at {last}")
        : differs is { } at ? (at, $"its record is another than the source's at offset {at}")
        : null;

    /// <summary>
    /// How lanes stand, from what lies in Kafka alone. Missing are those of which nothing is known: their target has no record yet, or one
    /// side does not answer.
    /// </summary>
    /// <param name="places">The partition of the target of each lane.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Dictionary<TopicPartition, LaneEquality>> StandsAsync(IReadOnlyDictionary<TopicPartition, TopicPartition> places,
        CancellationToken ct)
    {
        var starts = await look.Target.OffsetsAsync([.. places.Values], OffsetSpec.Earliest, ct);
        var ends = await look.Target.OffsetsAsync([.. places.Values], OffsetSpec.Latest, ct);
        var sourceStarts = await look.Source.OffsetsAsync([.. places.Keys], OffsetSpec.Earliest, ct);
        var sourceEnds = await look.Source.OffsetsAsync([.. places.Keys], OffsetSpec.Latest, ct);
        var known = places.Where(lane => starts.ContainsKey(lane.Value) && ends.ContainsKey(lane.Value)
            && sourceStarts.ContainsKey(lane.Key) && sourceEnds.ContainsKey(lane.Key))
            .Where(lane => ends[lane.Value] > sourceStarts[lane.Key])
            .ToDictionary(lane => lane.Key, lane => lane.Value);
        var others = await FirstOthersAsync(known.ToDictionary(lane => lane.Key, lane => (lane.Value, ends[lane.Value])), ct);
        return known.ToDictionary(lane => lane.Key, lane =>
        {
            var broken = Break(ends[lane.Value], sourceEnds[lane.Key], others.TryGetValue(lane.Key, out var differs) ? differs : null);
            return new LaneEquality(Math.Max(starts[lane.Value], sourceStarts[lane.Key]), broken?.At, broken?.Cause);
        });
    }

    /// <summary>Of each lane the first offset, of those that are looked at, where the records of both sides differ.</summary>
    public async Task<Dictionary<TopicPartition, long>> FirstOthersAsync(
        IReadOnlyDictionary<TopicPartition, (TopicPartition Place, long End)> lanes, CancellationToken ct)
    {
        Dictionary<TopicPartition, long> others = [];
        foreach (var back in Looks)
        {
            var asked = lanes.Where(lane => lane.Value.End >= back).ToDictionary(lane => lane.Key, lane => lane.Value);
            if (asked.Count == 0)
            {
                break;
            }

            var here = look.Source.RecordsAsync(asked.ToDictionary(lane => lane.Key, lane => lane.Value.End - back), ct);
            var there = look.Target.RecordsAsync(asked.ToDictionary(lane => lane.Value.Place, lane => lane.Value.End - back), ct);
            await Settling.AllAsync(here, there);
            foreach (var (lane, (place, end)) in asked)
            {
                if ((await here).TryGetValue(lane, out var original) && (await there).TryGetValue(place, out var copy) && original != copy)
                {
                    others[lane] = end - back;
                }
            }
        }

        return others;
    }
}
