using Heliostat.Mirroring.Troubles;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Pump;

/// <summary>What the log says of one lane.</summary>
internal sealed partial class LaneLog(ILogger logger, TopicPartition source)
{
    /// <summary>It stands still: until its next try, or for good.</summary>
    public void Stopped(Trouble trouble)
    {
        if (trouble.NextTry is { } retryAt)
        {
            LogPaused(logger, source.Topic, source.Partition, trouble.Sentence, retryAt);
        }
        else
        {
            LogHalted(logger, source.Topic, source.Partition, trouble.Sentence);
        }
    }

    /// <summary>Its owner is to look at its logs.</summary>
    public void Doubts(string cause) => LogDoubt(logger, source.Topic, source.Partition, cause);

    [LoggerMessage(EventIds.LaneDoubts, LogLevel.Debug, "lane {Topic}-{Partition} looks at its logs again: {Cause}")]
    private static partial void LogDoubt(ILogger logger, string topic, int partition, string cause);

    [LoggerMessage(EventIds.LanePaused, LogLevel.Warning,
        "lane {Topic}-{Partition} paused: {Cause}; tried again at {RetryAt:HH:mm:ss zzz}")]
    private static partial void LogPaused(ILogger logger, string topic, int partition, string cause, DateTimeOffset retryAt);

    [LoggerMessage(EventIds.LaneHalted, LogLevel.Error, "lane {Topic}-{Partition} stops: {Cause}")]
    private static partial void LogHalted(ILogger logger, string topic, int partition, string cause);
}
