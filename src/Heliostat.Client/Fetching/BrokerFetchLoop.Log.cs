using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Fetching;

internal sealed partial class BrokerFetchLoop
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.FetchFailed, LogLevel.Warning, "{Cluster}: fetching from broker {Node} failed: {Cause}; trying again")]
        public static partial void Failed(ILogger logger, string cluster, int node, string cause);

        [LoggerMessage(EventIds.FetchGoesOn, LogLevel.Information, "{Cluster}: fetching from broker {Node} goes on")]
        public static partial void GoesOn(ILogger logger, string cluster, int node);
    }
}
