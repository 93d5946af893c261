using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Membership;

internal sealed partial class HeartbeatLoop
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.GroupHeartbeatUnanswered, LogLevel.Warning,
            "{Cluster}: the coordinator of group {Group} does not answer heartbeats, trying again: {Cause}")]
        public static partial void Unanswered(ILogger logger, string cluster, string group, string cause);

        [LoggerMessage(EventIds.GroupHeartbeatAnswered, LogLevel.Information,
            "{Cluster}: the coordinator of group {Group} answers again; unanswered heartbeats: {Failures}, in {Silence:0} s")]
        public static partial void Answered(ILogger logger, string cluster, string group, int failures, double silence);
    }
}
