using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Metadata;

public sealed partial class MetadataCache
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.MetadataNotRefreshed, LogLevel.Warning, "{Cluster}: metadata cannot be refreshed: {Cause}; trying again")]
        public static partial void NotRefreshed(ILogger logger, string cluster, string cause);

        [LoggerMessage(EventIds.MetadataRefreshed, LogLevel.Information, "{Cluster}: metadata is fresh again")]
        public static partial void Refreshed(ILogger logger, string cluster);
    }
}
