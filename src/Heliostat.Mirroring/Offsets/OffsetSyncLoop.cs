using Heliostat.Client;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Writes offset syncs for MirrorMaker 2's readers: those that are due at once, those that only keep an idle lane up to date once an interval
/// (KAFKA-15906). Where MirrorMaker 2 sends each by itself, ten at a time, all that are due go in one batch.
/// </summary>
internal sealed partial class OffsetSyncLoop(
    LaneOffsetTable offsets, PartitionAppender topic, long maxLag, TimeSpan promoteInterval, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly OffsetSyncEmitter _emitter = new(maxLag);
    private int _failures;

    public async Task RunAsync(CancellationToken ct)
    {
        var promoted = time.GetTimestamp();
        using var timer = new PeriodicTimer(Interval < promoteInterval ? Interval : promoteInterval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            var promote = time.GetElapsedTime(promoted) >= promoteInterval;
            promoted = promote ? time.GetTimestamp() : promoted;
            await WriteAsync(promote, ct);
        }
    }

    /// <summary>Writes what is due, and with <paramref name="promote"/> also the newest sync of every lane that moved.</summary>
    public async Task WriteAsync(bool promote, CancellationToken ct)
    {
        offsets.Tell(_emitter);
        if (promote)
        {
            _emitter.Commit();
        }

        List<OffsetSync> due = [];
        while (_emitter.TryTake(out var sync))
        {
            due.Add(sync);
        }

        if (due.Count == 0)
        {
            return;
        }

        try
        {
            await topic.AppendAsync(due.Select(sync => new KeyedRecord(sync.WriteKey(), sync.WriteValue())), ct);
            _failures = 0;
        }
        catch (KafkaErrorException failure)
        {
            // As in MirrorMaker 2 a lost sync is not sent again: the lane's next one takes its place.
            if (_failures++ == 0)
            {
                LogRefused(logger, failure.Message);
            }
        }
    }

    [LoggerMessage(EventIds.OffsetSyncsRefused, LogLevel.Warning, "offset syncs cannot be written: {Cause}; MirrorMaker 2's readers see older ones; trying on")]
    private static partial void LogRefused(ILogger logger, string cause);
}
