using Heliostat.Client;
using Heliostat.MirrorClient.Heartbeats;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Replication;

/// <summary>
/// Writes the flow's heartbeat to the target every interval: who mirrors the heartbeats topic onwards, and who monitors, learns from it that the flow's
/// target can be written (<c>MirrorHeartbeatTask</c>). One is on its way at a time.
/// </summary>
internal sealed partial class HeartbeatLoop(PartitionAppender topic, string source, string target, TimeSpan interval, TimeProvider time, ILogger logger)
{
    private int _failures;

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            var heartbeat = new Heartbeat(source, target, time.GetUtcNow());
            try
            {
                await topic.AppendAsync([new KeyedRecord(heartbeat.WriteKey(), heartbeat.WriteValue())], ct, heartbeat.Timestamp.ToUnixTimeMilliseconds());
                _failures = 0;
            }
            catch (KafkaErrorException failure)
            {
                if (_failures++ == 0)
                {
                    LogRefused(logger, source, target, failure.Message);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    [LoggerMessage(EventIds.HeartbeatRefused, LogLevel.Warning, "{Source}->{Target}: heartbeats cannot be written: {Cause}; trying on")]
    private static partial void LogRefused(ILogger logger, string source, string target, string cause);
}
