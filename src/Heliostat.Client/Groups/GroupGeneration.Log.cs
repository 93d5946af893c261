using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

internal sealed partial class GroupGeneration
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.GroupJoined, LogLevel.Information,
            "{Cluster}: joined group {Group}, generation {Generation}, as {Member}; partitions: {Assigned}, new: {Added}, to give up: "
                + "{Revoked}")]
        public static partial void Joined(
            ILogger logger, string cluster, string group, int generation, string member, int assigned, int added, int revoked);

        [LoggerMessage(EventIds.GroupRejoining, LogLevel.Information, "{Cluster}: rejoins group {Group}: {Reason}")]
        public static partial void Rejoining(ILogger logger, string cluster, string group, string reason);
    }
}
