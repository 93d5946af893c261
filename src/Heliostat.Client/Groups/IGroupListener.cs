namespace Heliostat.Client.Groups;

/// <summary>
/// What the owner of a <c>ConsumerGroup</c> does when partitions come and go. Calls never overlap; heartbeats go on during each.
/// An exception ends <c>ConsumerGroup.RunAsync</c>.
/// </summary>
public interface IGroupListener
{
    /// <summary>
    /// The member got <paramref name="added"/> (empty when a rebalance brought nothing new) and owns them from this generation on.
    /// </summary>
    ValueTask AssignedAsync(IReadOnlyList<TopicPartition> added, int generation, CancellationToken ct);

    /// <summary>
    /// The member gives up <paramref name="removed"/>. Until this returns they are still its own and offsets can be committed. It must
    /// return within the rebalance timeout; <paramref name="ct"/> is cancelled when that is over or membership is lost, and
    /// <see cref="LostAsync"/> follows in the latter case.
    /// </summary>
    ValueTask RevokedAsync(IReadOnlyList<TopicPartition> removed, CancellationToken ct);

    /// <summary>The partitions may already belong to others: stop working on them; a commit would be refused.</summary>
    ValueTask LostAsync(IReadOnlyList<TopicPartition> lost, CancellationToken ct);
}
