using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>One member of a consumer group (classic protocol): joins, keeps its place, tells the listener what it owns, and commits offsets.</summary>
public sealed class ConsumerGroup
{
    private readonly GroupMembership _membership = GroupMembership.None;

    /// <summary>Does nothing until <see cref="RunAsync"/>.</summary>
    public ConsumerGroup(KafkaClient client, GroupOptions options, IGroupListener listener, TimeProvider time, ILoggerFactory loggers)
    {
    }

    /// <summary>Its standing now; cheap, and safe from any thread.</summary>
    public GroupMembership Membership => _membership;

    /// <summary>
    /// Takes part until <paramref name="ct"/> is cancelled; then gives up its partitions through <see cref="IGroupListener.RevokedAsync"/>, leaves
    /// (a static member keeps its place) and returns. Waits with the first join for the first <see cref="SetTopics"/>.
    /// </summary>
    /// <exception cref="KafkaErrorException">The group does not want this member: no access, fenced instance id, no common assignor, group full.</exception>
    public Task RunAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Subscribes to these topics instead of the former ones; the group rebalances if that is a change. A topic need not exist yet.</summary>
    public void SetTopics(IReadOnlyList<string> topics) => throw new NotSupportedException();

    /// <summary>Stores offsets in the name of the current generation; retriable errors are retried for <see cref="ClientOptions.CallTimeout"/>.</summary>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>Reads what the group has committed for <paramref name="partitions"/>.</summary>
    /// <param name="partitions">Which partitions.</param>
    /// <param name="requireStable">Waits while a transaction that commits offsets is undecided (KIP-447).</param>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask<CommittedOffsets> FetchOffsetsAsync(IReadOnlyCollection<TopicPartition> partitions, bool requireStable, CancellationToken ct) =>
        throw new NotSupportedException();
}
