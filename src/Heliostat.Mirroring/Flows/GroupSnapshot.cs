using Heliostat.Mirroring.Groups;

namespace Heliostat.Mirroring.Flows;

/// <summary>Where a followed group of the source would go on on the target, as its last checkpoints say.</summary>
/// <param name="Group">Its id.</param>
/// <param name="Positions">In each partition, by topic and partition.</param>
public sealed record GroupSnapshot(string Group, IReadOnlyList<FollowedPosition> Positions)
{
    /// <summary>All groups that are followed, by name.</summary>
    internal static IReadOnlyList<GroupSnapshot> Of(CheckpointStore checkpoints) =>
    [
        .. from followed in checkpoints.Followed()
           orderby followed.Key
           select new GroupSnapshot(followed.Key,
           [
               .. from checkpoint in followed.Value
                  orderby checkpoint.TopicPartition.Topic, checkpoint.TopicPartition.Partition
                  select new FollowedPosition(
                      checkpoint.TopicPartition.Topic, checkpoint.TopicPartition.Partition, checkpoint.UpstreamOffset,
                      checkpoint.DownstreamOffset),
           ]),
    ];
}
