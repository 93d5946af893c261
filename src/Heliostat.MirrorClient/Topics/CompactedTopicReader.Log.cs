using Heliostat.Client.Fetching;
using Microsoft.Extensions.Logging;

namespace Heliostat.MirrorClient.Topics;

internal sealed partial class CompactedTopicReader
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.CompactedTopicMoved, LogLevel.Warning,
            "{Cluster}: {Topic}-{Partition} does not have offset {Offset} any more ({Cause}); reading goes on at {Next}")]
        public static partial void Moved(ILogger logger, string cluster, string topic, int partition, long offset, long next,
            FetchFailureKind cause);
    }
}
