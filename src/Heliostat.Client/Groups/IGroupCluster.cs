using Heliostat.Client.Membership;

namespace Heliostat.Client.Groups;

/// <summary>The cluster as a member of a consumer group needs it: its coordinator, and how many partitions topics have.</summary>
internal interface IGroupCluster : IMemberCluster
{
    /// <summary>
    /// Whether its brokers know members of groups, as they do from 0.9 on. One attempt, as <see cref="IMemberCluster.AskAsync"/>.
    /// </summary>
    ValueTask<bool> HasMembersAsync(CancellationToken ct);

    /// <summary>The partition counts of those of the topics that the metadata at hand has.</summary>
    PartitionCounts CountPartitions(IReadOnlyCollection<string> topics);

    /// <summary>As above, after asking for topics that are not known yet.</summary>
    ValueTask<PartitionCounts> CountPartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken ct);

    /// <summary>Ends once newer metadata than <paramref name="version"/> is there.</summary>
    ValueTask WaitForMetadataAsync(long version, CancellationToken ct);
}
