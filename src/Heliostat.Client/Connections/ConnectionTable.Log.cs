using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Connections;

internal sealed partial class ConnectionTable
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.NodeUnreachable, LogLevel.Warning, "{Cause}; trying again")]
        public static partial void Unreachable(ILogger logger, string cause);

        [LoggerMessage(EventIds.NodeReachable, LogLevel.Information, "{Cluster}: {Host}:{Port} can be reached again")]
        public static partial void Reachable(ILogger logger, string cluster, string host, int port);
    }
}
