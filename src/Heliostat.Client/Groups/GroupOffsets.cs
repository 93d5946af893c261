namespace Heliostat.Client.Groups;

/// <summary>Reads and stores the offsets of a group without being a member of it. A group with live members refuses such commits (UNKNOWN_MEMBER_ID).</summary>
public sealed class GroupOffsets(KafkaClient client, string groupId, TimeProvider time)
{
    /// <summary>Stores <paramref name="offsets"/>; retriable errors are retried for <see cref="ClientOptions.CallTimeout"/>.</summary>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken ct) =>
        throw new NotSupportedException($"{client} {groupId} {time}");

    /// <summary>Reads what is committed for <paramref name="partitions"/>, or for all partitions of the group when null.</summary>
    /// <param name="partitions">Which partitions, or null for all.</param>
    /// <param name="requireStable">Waits while a transaction that commits offsets is undecided (KIP-447); brokers before 2.5 do not know it.</param>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask<CommittedOffsets> FetchAsync(IReadOnlyCollection<TopicPartition>? partitions, bool requireStable, CancellationToken ct) =>
        throw new NotSupportedException();
}
