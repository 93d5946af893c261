using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Topics;

internal sealed partial class TopicRegistry
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.LogDamaged, LogLevel.Warning, "The log of {Topic}-{Partition} was not closed in order: {Damage}")]
        public static partial void Damaged(ILogger logger, string topic, int partition, string damage);
    }
}
