using System.Text;
using Heliostat.Client.Groups;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// What a position's log is, in the metadata of its commit: <c>heliostat {"offset":N,"target":M,"source":"..","sink":".."}</c>, in the words of a stored position
/// (docs/formats.md). Readers of groups ignore metadata, and MirrorMaker 1 writes none.
/// </summary>
internal static class CommitNote
{
    private const string Mark = "heliostat ";

    public static OffsetAndMetadata Commit(LanePosition position)
    {
        var stored = new SourcePosition(position.Offset - 1, position.LastTargetOffset < 0 ? null : position.LastTargetOffset)
        {
            SourceTopicId = position.Topics.Source,
            TargetTopicId = position.Topics.Target,
        };
        return new OffsetAndMetadata(position.Offset, position.LeaderEpoch, Mark + Encoding.ASCII.GetString(stored.Write()));
    }

    /// <summary>The position that was committed; a note that is none of ours, or about another offset, says nothing of it.</summary>
    public static LanePosition Read(OffsetAndMetadata committed)
    {
        var plain = new LanePosition(committed.Offset, committed.LeaderEpoch);
        return committed.Metadata.StartsWith(Mark, StringComparison.Ordinal)
            && SourcePosition.TryRead(Encoding.UTF8.GetBytes(committed.Metadata[Mark.Length..]), out var stored) && stored.Offset == committed.Offset - 1
            ? plain with { LastTargetOffset = stored.Target ?? -1, Topics = new TopicIds(stored.SourceTopicId, stored.TargetTopicId) }
            : plain;
    }
}
