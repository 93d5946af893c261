using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Losses;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Where the lanes of a life end. What ends with its log ends where that did when the lane was first opened, or before, should the log have
/// become shorter.
/// </summary>
/// <param name="until">What is asked for of a topic.</param>
/// <param name="source">Tells where logs end.</param>
internal sealed class LaneEnds(Func<string, LogBound?> until, LogSide source)
{
    private readonly Dictionary<TopicPartition, long> _ends = [];

    /// <summary>The end of each lane, null for none; those of which it could not be looked up are missing.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, LogBound?>> FindAsync(IEnumerable<TopicPartition> lanes, CancellationToken ct)
    {
        var asked = lanes.ToDictionary(lane => lane, lane => until(lane.Topic));
        TopicPartition[] whole = [.. asked.Where(lane => lane.Value == LogBound.End).Select(lane => lane.Key)];
        if (whole.Length == 0)
        {
            return asked;
        }

        var ends = await source.OffsetsAsync(whole, OffsetSpec.Latest, ct);
        foreach (var lane in whole)
        {
            if (ends.TryGetValue(lane, out var end))
            {
                _ends[lane] = _ends.TryGetValue(lane, out var first) ? Math.Min(first, end) : end;
                asked[lane] = new LogBound(LogBoundKind.Offset, _ends[lane]);
            }
            else
            {
                asked.Remove(lane);
            }
        }

        return asked;
    }
}
