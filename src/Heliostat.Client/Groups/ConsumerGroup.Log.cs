using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

public sealed partial class ConsumerGroup
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.GroupLost, LogLevel.Warning,
            "{Cluster}: group {Group} does not count this member in any more ({Error}); partitions that are lost: {Partitions}")]
        public static partial void Lost(ILogger logger, string cluster, string group, string error, int partitions);

        [LoggerMessage(EventIds.GroupLeft, LogLevel.Information, "{Cluster}: left group {Group}{Error}")]
        public static partial void Left(ILogger logger, string cluster, string group, string error);

        [LoggerMessage(EventIds.GroupNotLeft, LogLevel.Warning,
            "{Cluster}: could not leave group {Group}, which waits {SessionTimeout} before it gives the partitions to others: {Cause}")]
        public static partial void NotLeft(ILogger logger, string cluster, string group, TimeSpan sessionTimeout, string cause);
    }
}
