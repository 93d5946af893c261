using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Losses;

namespace Heliostat.Mirroring.Flows;

/// <summary>Looks up where lanes begin that are to begin at a place of their logs.</summary>
internal static class BoundStarts
{
    /// <summary>The offset of each lane; one whose leader did not tell is missing.</summary>
    /// <param name="source">Where the logs are.</param>
    /// <param name="lanes">The lanes.</param>
    /// <param name="from">The place; null for the beginning.</param>
    /// <param name="ct">Ends the search.</param>
    public static async Task<Dictionary<TopicPartition, long>> FindAsync(LogSide source, IReadOnlyCollection<TopicPartition> lanes,
        LogBound? from, CancellationToken ct)
    {
        if (from is null or { Kind: LogBoundKind.End })
        {
            return await source.OffsetsAsync(lanes, from is null ? OffsetSpec.Earliest : OffsetSpec.Latest, ct);
        }

        // The end first: what is appended after it is not passed over, whatever its time.
        var ends = await source.OffsetsAsync(lanes, OffsetSpec.Latest, ct);
        var places = from.Kind == LogBoundKind.Time
            ? await source.OffsetsAsync(ends.Keys, from.Value, ct)
            : (await source.OffsetsAsync(ends.Keys, OffsetSpec.Earliest, ct)).ToDictionary(start => start.Key,
                start => Math.Max(start.Value, from.Value));
        return places.ToDictionary(place => place.Key, place => place.Value < 0 ? ends[place.Key] : Math.Min(place.Value, ends[place.Key]));
    }
}
