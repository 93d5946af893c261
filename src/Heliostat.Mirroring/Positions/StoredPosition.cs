using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Positions;

/// <summary>Positions as lanes know them, and as they are stored.</summary>
internal static class StoredPosition
{
    /// <summary>What was stored of a lane.</summary>
    public static LanePosition Read(SourcePosition stored) => new(stored.Offset + 1, stored.LeaderEpoch ?? -1, stored.Target ?? -1)
    {
        Topics = new TopicIds(stored.SourceTopicId, stored.TargetTopicId),
        TargetEnd = stored.TargetEnd,
        IsCommitted = stored.IsCommitted,
    };

    /// <summary>What is stored of a lane.</summary>
    public static SourcePosition Of(LanePosition position) => new(position.Offset - 1, Known(position.LastTargetOffset))
    {
        LeaderEpoch = position.LeaderEpoch < 0 ? null : position.LeaderEpoch,
        SourceTopicId = position.Topics.Source,
        TargetTopicId = position.Topics.Target,
        TargetEnd = position.TargetEnd,
        IsCommitted = position.IsCommitted,
    };

    private static long? Known(long offset) => offset < 0 ? null : offset;
}
