using System.Globalization;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Equal;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>What <c>heliostat.offsets = equal</c> takes to begin, and what stands against it.</summary>
/// <param name="flow">The flow.</param>
/// <param name="source">Its source.</param>
/// <param name="target">Its target.</param>
internal sealed class EqualOutlook(FlowOptions flow, AdminClient source, AdminClient target)
{
    /// <summary>Offsets that one partition of a common broker takes a second.</summary>
    private const double Pace = 3_000_000;

    /// <param name="mirrored">The mirrored topics.</param>
    /// <param name="there">The topics of the target.</param>
    /// <param name="refusals">Told of what cannot be.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What is filled first, by topic; null where nothing is.</returns>
    public async Task<PlannedHazard?> LookAsync(IReadOnlyList<MirroredTopic> mirrored, IReadOnlyDictionary<string, ClusterTopic> there,
        List<string> refusals, CancellationToken ct)
    {
        if (EqualLanes.Refusal(flow) is { } refusal)
        {
            refusals.Add(refusal);
        }

        List<MirroredTopic> equal = [.. mirrored.Where(topic => flow.Equal.Topics.Has(topic.Source))];
        var lanes = equal.SelectMany(topic => Enumerable.Range(0, topic.Partitions)
            .Select(partition => (Topic: topic, Lane: new TopicPartition(topic.Source, partition)))).ToList();
        if (lanes.Count == 0)
        {
            return null;
        }

        var starts = await source.ToldOffsetsAsync(lanes.Select(lane => lane.Lane), OffsetSpec.Earliest, ct);
        var ends = await source.ToldOffsetsAsync(lanes.Select(lane => lane.Lane), OffsetSpec.Latest, ct);
        var places = lanes.Where(lane => there.TryGetValue(lane.Topic.Remote, out var standing)
            && lane.Lane.Partition < standing.Partitions).Select(Place);
        var filled = await target.ToldOffsetsAsync(places, OffsetSpec.Latest, ct);
        Dictionary<string, long> longest = new(StringComparer.Ordinal);
        foreach (var (topic, lane) in lanes)
        {
            var (start, end, at) = (starts.GetValueOrDefault(lane), ends.GetValueOrDefault(lane),
                filled.GetValueOrDefault(Place((topic, lane))));
            if (at > end)
            {
                refusals.Add(
                    $"{lane}: offsets cannot be equal: {Place((topic, lane))} ends at {Count(at)} on the target, and at {Count(end)} on "
                        + "the source");
            }
            else if (start - at > flow.Equal.MaxFill)
            {
                refusals.Add(
                    $"{lane}: {Count(start - at)} offsets to fill before its log starts at {Count(start)}, and no more than "
                        + $"{Count(flow.Equal.MaxFill)} may be (heliostat.offsets.equal.max.fill)");
            }
            else if (start > at)
            {
                longest[topic.Source] = Math.Max(longest.GetValueOrDefault(topic.Source), start - at);
            }
        }

        return longest.Count == 0 ? null : new PlannedHazard(
            $"same offsets: so many are filled before the first record comes (the partition with the most, at {Count((long)Pace)} a "
                + "second)",
            [.. longest.Select(topic =>
                $"{topic.Key} ({Count(topic.Value)}, about "
                    + $"{Math.Ceiling(topic.Value / Pace).ToString("#,0", CultureInfo.InvariantCulture)} s)")]);
    }

    private static TopicPartition Place((MirroredTopic Topic, TopicPartition Lane) lane) => new(lane.Topic.Remote, lane.Lane.Partition);

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
