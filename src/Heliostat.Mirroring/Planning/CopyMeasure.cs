using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Planning;

/// <summary>Measures what is to be copied: offsets from the partitions' leaders, bytes from the brokers' disks.</summary>
internal sealed class CopyMeasure(AdminClient source)
{
    private const string Right = "its principal there needs DESCRIBE on the cluster";

    /// <param name="topics">The mirrored topics.</param>
    /// <param name="starts">Where lanes go on that have a stored position.</param>
    /// <param name="ct">Ends the measuring.</param>
    public async Task<PlannedCopy> RunAsync(IReadOnlyCollection<MirroredTopic> topics, IReadOnlyDictionary<TopicPartition, long> starts,
        CancellationToken ct)
    {
        TopicPartition[] lanes =
            [.. topics.SelectMany(t => Enumerable.Range(0, t.Partitions).Select(p => new TopicPartition(t.Source, p)))];
        if (lanes.Length == 0)
        {
            return new PlannedCopy { Bytes = 0 };
        }

        var first = await source.ListOffsetsAsync(lanes.ToDictionary(p => p, _ => OffsetSpec.Earliest), IsolationLevel.ReadUncommitted, ct);
        var last = await source.ListOffsetsAsync(lanes.ToDictionary(p => p, _ => OffsetSpec.Latest), IsolationLevel.ReadUncommitted, ct);
        var (sizes, unknown) = await SizesAsync(topics, ct);
        long records = 0;
        double bytes = 0;
        var lost = 0;
        foreach (var lane in lanes)
        {
            if (first[lane].ErrorCode != ErrorCode.None || last[lane].ErrorCode != ErrorCode.None)
            {
                lost++;
                continue;
            }

            var (start, end) = (first[lane].Offset, last[lane].Offset);
            var left = end - Math.Clamp(starts.GetValueOrDefault(lane, start), start, end);
            records += left;
            bytes += end > start ? sizes.GetValueOrDefault(lane) * ((double)left / (end - start)) : 0;
        }

        return new PlannedCopy
        {
            Records = records,
            Bytes = unknown is null ? (long)bytes : null,
            BytesUnknown = unknown,
            Resumed = lanes.Count(starts.ContainsKey),
            Unknown = lost
        };
    }

    private async Task<(Dictionary<TopicPartition, long> Sizes, string? Unknown)> SizesAsync(IReadOnlyCollection<MirroredTopic> topics,
        CancellationToken ct)
    {
        var sizes = new Dictionary<TopicPartition, long>();
        IReadOnlyDictionary<int, DescribeLogDirsResponse> answers;
        try
        {
            answers = await source.DescribeLogDirsAsync(
                [.. topics.Select(t => new DescribableLogDirTopic
                {
                    Topic = t.Source,
                    Partitions = [.. Enumerable.Range(0, t.Partitions)]
                })], ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return (sizes, "the source's brokers are too old to tell (before 1.0)");
        }

        foreach (var (broker, answer) in answers)
        {
            if (answer.ErrorCode != ErrorCode.None)
            {
                return (sizes,
                    $"broker {broker} of the source does not tell: "
                        + $"{answer.ErrorCode.Name()}{(Refusal.IsMissingRight(answer.ErrorCode) ? "; " + Right : "")}");
            }

            // Replicas differ in what they have already deleted: the largest is closest to what will be read.
            foreach (var (topic, partition) in answer.Results
                .SelectMany(r => r.Topics).SelectMany(t => t.Partitions.Where(p => !p.IsFutureKey), (t, p) => (t.Name, p)))
            {
                var lane = new TopicPartition(topic, partition.PartitionIndex);
                sizes[lane] = Math.Max(sizes.GetValueOrDefault(lane), partition.PartitionSize);
            }
        }

        // Brokers before 2.6 say nothing instead of why.
        return sizes.Count > 0 ? (sizes, null) : (sizes, $"the source's brokers name no sizes; {Right}");
    }
}
