using Heliostat.Client;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Pump;

internal sealed partial class Lane
{
    [LoggerMessage(EventIds.LaneDoubts, LogLevel.Debug, "lane {Lane} looks at its logs again: {Cause}")]
    private static partial void LogDoubt(ILogger logger, TopicPartition lane, string cause);

    [LoggerMessage(EventIds.LanePaused, LogLevel.Warning, "lane {Lane} paused: {Cause}; tried again at {RetryAt}")]
    private static partial void LogPaused(ILogger logger, TopicPartition lane, string cause, DateTimeOffset retryAt);

    [LoggerMessage(EventIds.LaneHalted, LogLevel.Error, "lane {Lane} stops: {Cause}")]
    private static partial void LogHalted(ILogger logger, TopicPartition lane, string cause);
}
