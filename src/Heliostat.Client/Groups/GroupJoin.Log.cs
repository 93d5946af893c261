using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

internal sealed partial class GroupJoin
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.GroupAssigned, LogLevel.Information,
            "{Cluster}: leads group {Group}, generation {Generation}: {Assignor}; members: {Members}, topics: {Topics}, partitions: "
                + "{Partitions}")]
        public static partial void Assigned(
            ILogger logger, string cluster, string group, int generation, string assignor, int members, int topics, int partitions);

        [LoggerMessage(EventIds.GroupAlone, LogLevel.Warning,
            "{Cluster}: its brokers know no members of groups (Kafka before 0.9): group {Group} keeps positions alone, and another process "
                + "with it would read everything a second time, unseen")]
        public static partial void Alone(ILogger logger, string cluster, string group);

        [LoggerMessage(EventIds.GroupUnreadableSubscription, LogLevel.Warning,
            "{Cluster}: group {Group}: the subscription of member {Member} cannot be read ({Cause}); it gets no partitions")]
        public static partial void UnreadableSubscription(ILogger logger, string cluster, string group, string member, string cause);
    }
}
