using Heliostat.Mirroring.Troubles;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Pump;

internal sealed partial class Lane
{
    private void LogStop(Trouble trouble)
    {
        if (trouble.NextTry is { } retryAt)
        {
            LogPaused(_context.Logger, Plan.Source.Topic, Plan.Source.Partition, trouble.Sentence, retryAt);
        }
        else
        {
            LogHalted(_context.Logger, Plan.Source.Topic, Plan.Source.Partition, trouble.Sentence);
        }
    }

    [LoggerMessage(EventIds.LaneDoubts, LogLevel.Debug, "lane {Topic}-{Partition} looks at its logs again: {Cause}")]
    private static partial void LogDoubt(ILogger logger, string topic, int partition, string cause);

    [LoggerMessage(EventIds.LanePaused, LogLevel.Warning,
        "lane {Topic}-{Partition} paused: {Cause}; tried again at {RetryAt:HH:mm:ss zzz}")]
    private static partial void LogPaused(ILogger logger, string topic, int partition, string cause, DateTimeOffset retryAt);

    [LoggerMessage(EventIds.LaneHalted, LogLevel.Error, "lane {Topic}-{Partition} stops: {Cause}")]
    private static partial void LogHalted(ILogger logger, string topic, int partition, string cause);
}
