using Heliostat.Client;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Writes offset syncs for MirrorMaker 2's readers: those that are due at once, those that only keep an idle lane up to date once an
/// interval (KAFKA-15906). Where MirrorMaker 2 sends each by itself, ten at a time, all that are due go in one batch.
/// </summary>
internal sealed partial class OffsetSyncWriter(
    LaneOffsetTable offsets, PartitionAppender topic, long maxLag, TimeSpan promoteInterval, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Readers do with older ones: a stop waits no longer for a topic that takes none.</summary>
    private static readonly TimeSpan LastWithin = TimeSpan.FromSeconds(3);

    private readonly OffsetSyncEmitter _emitter = new(maxLag);
    private long _promotedAt = time.GetTimestamp();

    /// <summary>Whether the topic stands, and what it holds is taken in: what is written here is none of it.</summary>
    public required AdvisoryTopic Stands { private get; init; }

    /// <summary>Writes what is due, several times a second.</summary>
    public Rounds Often() =>
        new(Interval < promoteInterval ? Interval : promoteInterval, WriteAsync, cause => LogRefused(logger, cause), time);

    /// <summary>The last of <paramref name="rounds"/> writes the newest sync of every lane that moved, if it can.</summary>
    public async Task WriteLastAsync(Rounds rounds, CancellationToken ct)
    {
        _promotedAt = long.MinValue;
        using var late = new CancellationTokenSource(LastWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await rounds.RunNowAsync(either.Token);
            await topic.TakenAsync(either.Token);
        }
        catch (KafkaErrorException refused)
        {
            LogRefused(logger, refused.Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            LogLeft(logger, topic.Topic, LastWithin.TotalSeconds, topic.Cause);
        }
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        if (!await Stands.StandsAsync(ct))
        {
            offsets.TellsSyncs = false;
            return;
        }

        offsets.Tell(_emitter);
        if (_promotedAt == long.MinValue || time.GetElapsedTime(_promotedAt) >= promoteInterval)
        {
            _promotedAt = time.GetTimestamp();
            _emitter.Commit();
        }

        // As in MirrorMaker 2 a sync that cannot be written is not sent again: the lane's next one takes its place.
        List<OffsetSync> due = [];
        while (_emitter.TryTake(out var sync))
        {
            due.Add(sync);
        }

        if (due.Count > 0)
        {
            await topic.AppendAsync(due.Select(sync => new KeyedRecord(sync.WriteKey(), sync.WriteValue())), ct);
        }
    }

    [LoggerMessage(EventIds.OffsetSyncsRefused, LogLevel.Warning,
        "offset syncs cannot be written: {Cause}; MirrorMaker 2's readers see older ones; trying on")]
    private static partial void LogRefused(ILogger logger, string cause);

    [LoggerMessage(EventIds.OffsetSyncsLeft, LogLevel.Warning,
        "the last offset syncs are not in {Topic}, which took none for {Seconds} s at the stop{Cause}; MirrorMaker 2's readers see older "
            + "ones, "
        + "nothing else is missing")]
    private static partial void LogLeft(ILogger logger, string topic, double seconds, string cause);
}
