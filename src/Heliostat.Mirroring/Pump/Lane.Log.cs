using Heliostat.Client;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Pump;

internal sealed partial class Lane
{
    [LoggerMessage(EventIds.LaneGap, LogLevel.Warning, "source: {Lane}: offsets {First} to {Last} were deleted by retention before they were mirrored: {Count} offsets are skipped")]
    private static partial void LogGap(ILogger logger, TopicPartition lane, long first, long last, long count);

    [LoggerMessage(EventIds.LanePaused, LogLevel.Warning, "lane {Lane} paused: {Cause}; tried again at {RetryAt}")]
    private static partial void LogPaused(ILogger logger, TopicPartition lane, string cause, DateTimeOffset retryAt);

    [LoggerMessage(EventIds.LaneHalted, LogLevel.Error, "lane {Lane} stops: {Cause}")]
    private static partial void LogHalted(ILogger logger, TopicPartition lane, string cause);
}
