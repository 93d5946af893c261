using Heliostat.Client.Groups;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Groups;

/// <summary>
/// Writes where each followed group would go on on the target, whenever that changed (<c>MirrorCheckpointTask</c>): read at once by
/// <c>RemoteClusterUtils</c>, and the source of what is written to the target's groups.
/// </summary>
internal sealed partial class CheckpointWriter(
    SourceGroups groups, LaneOffsetTable offsets, TopicRules topics, CheckpointStore store, PartitionAppender topic, TimeSpan refresh,
    TimeProvider time, ILogger logger)
{
    private IReadOnlyList<string>? _followed;
    private long _listedAt;

    /// <summary>Writes them every <paramref name="interval"/>.</summary>
    public Rounds Every(TimeSpan interval) => new(interval, RoundAsync, cause => LogFailed(logger, cause), time);

    private async Task RoundAsync(CancellationToken ct)
    {
        if (_followed is null || (refresh > TimeSpan.Zero && time.GetElapsedTime(_listedAt) >= refresh))
        {
            _followed = await groups.ListAsync(ct);
            _listedAt = time.GetTimestamp();
        }

        var readAt = time.GetUtcNow();
        var committed = await groups.OffsetsAsync(_followed, ct);
        Checkpoint[] now = [.. committed.SelectMany(group => Of(group.Key, group.Value))];
        Checkpoint[] news = [.. now.Where(store.IsNews)];
        await topic.AppendAsync(news.Select(checkpoint => new KeyedRecord(checkpoint.WriteKey(), checkpoint.WriteValue())), ct,
            readAt.ToUnixTimeMilliseconds());
        foreach (var checkpoint in news)
        {
            store.Put(checkpoint);
        }

        store.Follow(now);
    }

    private IEnumerable<Checkpoint> Of(string group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed)
    {
        foreach (var (partition, offset) in committed)
        {
            if (topics.Mirrors(partition.Topic) && offsets.Translate(partition, offset.Offset) is { } target)
            {
                yield return new Checkpoint(group, new TopicPartition(topics.Remote(partition.Topic), partition.Partition), offset.Offset,
                    target.Offset, offset.Metadata);
            }
        }
    }

    [LoggerMessage(EventIds.CheckpointsFailed, LogLevel.Warning, "checkpoints cannot be written now: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);
}
