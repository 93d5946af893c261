using Heliostat.MirrorClient.Heartbeats;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Writes the flow's heartbeat to the target: who mirrors the heartbeats topic onwards, and who monitors, learns from it that the flow's
/// target can be written (<c>MirrorHeartbeatTask</c>). One is on its way at a time.
/// </summary>
internal sealed partial class HeartbeatWriter(PartitionAppender topic, string source, string target, TimeProvider time, ILogger logger)
{
    /// <summary>Whether the topic stands.</summary>
    public required AdvisoryTopic Stands { private get; init; }

    /// <summary>Writes one at once, and one every <paramref name="interval"/>.</summary>
    public Rounds Every(TimeSpan interval) => new(interval, BeatAsync, cause => LogRefused(logger, cause), time) { BeginsAtOnce = true };

    private async Task BeatAsync(CancellationToken ct)
    {
        if (!await Stands.StandsAsync(ct))
        {
            return;
        }

        var heartbeat = new Heartbeat(source, target, time.GetUtcNow());
        await topic.AppendAsync([new KeyedRecord(heartbeat.WriteKey(), heartbeat.WriteValue())], ct,
            heartbeat.Timestamp.ToUnixTimeMilliseconds());
    }

    [LoggerMessage(EventIds.HeartbeatRefused, LogLevel.Warning, "heartbeats cannot be written: {Cause}; trying on")]
    private static partial void LogRefused(ILogger logger, string cause);
}
