using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;

namespace Heliostat.Mirroring.Tails;

/// <summary>
/// Where the logs of target partitions end, what is not yet replicated included: that may still become visible after its writer is gone.
/// OffsetForLeaderEpoch with the current epoch answers with the log's end (<c>UnifiedLog.endOffsetForEpoch</c>), ListOffsets with the high
/// watermark.
/// </summary>
internal sealed class TailEnds(KafkaClient client, TimeProvider time)
{
    private readonly AdminClient _admin = PromptAdmin.Of(client, time);

    /// <summary>The ends that could be found out now.</summary>
    public async Task<Dictionary<TopicPartition, long>> FindAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken ct)
    {
        foreach (var topic in partitions.Select(partition => partition.Topic).Distinct())
        {
            client.Metadata.Track(topic);
        }

        var metadata = await client.Metadata.RefreshAsync(ct);
        var epochs = partitions.Where(partition => metadata.Find(partition) is { LeaderEpoch: >= 0 }).ToDictionary(partition =>
            partition, partition => metadata.Find(partition)!.LeaderEpoch);
        var ends = await LogEndsAsync(epochs, ct);
        var others = partitions.Where(partition => !ends.ContainsKey(partition)).ToDictionary(partition => partition, _ =>
            OffsetSpec.Latest);
        foreach (var (partition, found) in others.Count == 0 ? []
            : await _admin.ListOffsetsAsync(others, IsolationLevel.ReadUncommitted, ct))
        {
            if (found.ErrorCode == ErrorCode.None)
            {
                ends[partition] = found.Offset;
            }
        }

        return ends;
    }

    private async Task<Dictionary<TopicPartition, long>> LogEndsAsync(Dictionary<TopicPartition, int> epochs, CancellationToken ct)
    {
        try
        {
            var answers = epochs.Count == 0 ? [] : await _admin.OffsetsForLeaderEpochAsync(epochs, ct);
            return answers.Where(answer => answer.Value is { ErrorCode: ErrorCode.None, EndOffset: >= 0 }).ToDictionary(answer =>
                answer.Key, answer => answer.Value.EndOffset);
        }
        catch (KafkaErrorException old) when (old.Code == ErrorCode.UnsupportedVersion)
        {
            return [];
        }
    }
}
