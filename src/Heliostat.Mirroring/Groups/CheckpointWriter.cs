using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Groups;

/// <summary>
/// Writes where each followed group would go on on the target, whenever that changed (<c>MirrorCheckpointTask</c>): read at once by
/// <c>RemoteClusterUtils</c>, and the source of what is written to the target's groups, which do not wait for
/// the topic.
/// </summary>
internal sealed partial class CheckpointWriter(
    SourceGroups groups, LaneOffsetTable offsets, TopicRules topics, CheckpointStore store, PartitionAppender topic, TimeSpan refresh,
    TimeProvider time, ILogger logger)
{
    /// <summary>A round waits no longer for a topic that takes nothing.</summary>
    private static readonly TimeSpan TakenWithin = TimeSpan.FromSeconds(5);

    private IReadOnlyList<string>? _followed;
    private (Task Written, Checkpoint[] News, DateTimeOffset ReadAt)? _late;
    private long _listedAt;

    /// <summary>Whether the topic stands, and what it holds is in the store.</summary>
    public required AdvisoryTopic Stands { private get; init; }

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
        store.Follow(now);
        if (_late is null && Stands.IsStanding)
        {
            Checkpoint[] news = [.. now.Where(store.IsNews)];
            var records = news.Select(checkpoint => new KeyedRecord(checkpoint.WriteKey(), checkpoint.WriteValue()));
            _late = (topic.AppendAsync(records, CancellationToken.None, readAt.ToUnixTimeMilliseconds()), news, readAt);
        }

        await FinishAsync(ct);
    }

    /// <summary>What the topic does not take soon is waited for in the next round, and nothing is written behind it.</summary>
    private async Task FinishAsync(CancellationToken ct)
    {
        if (_late is not { } late)
        {
            return;
        }

        try
        {
            await late.Written.WaitHereAsync(TakenWithin, time, ct);
            _late = null;
        }
        catch (KafkaErrorException)
        {
            _late = null;
            throw;
        }
        catch (TimeoutException)
        {
            return;
        }

        store.Written(late.News, time.GetUtcNow() - late.ReadAt);
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
