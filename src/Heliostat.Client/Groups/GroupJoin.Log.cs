using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

internal sealed partial class GroupJoin
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.GroupAssigned, LogLevel.Information,
            "{Cluster}: leads group {Group}, generation {Generation}: {Assignor}; members: {Members}, topics: {Topics}, partitions: {Partitions}")]
        public static partial void Assigned(
            ILogger logger, string cluster, string group, int generation, string assignor, int members, int topics, int partitions);

        [LoggerMessage(EventIds.GroupUnreadableSubscription, LogLevel.Warning,
            "{Cluster}: group {Group}: the subscription of member {Member} cannot be read ({Cause}); it gets no partitions")]
        public static partial void UnreadableSubscription(ILogger logger, string cluster, string group, string member, string cause);
    }
}
