using Microsoft.Extensions.Logging;

namespace Heliostat.MirrorClient;

public sealed partial class MirrorClient
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.NotACheckpoint, LogLevel.Warning, "{Topic}: records that are not checkpoints, and are left out: {Count}")]
        public static partial void Unreadable(ILogger logger, string topic, int count);

        [LoggerMessage(EventIds.OffsetMapDamaged, LogLevel.Warning, "{Problem}")]
        public static partial void Damaged(ILogger logger, string problem);
    }
}
