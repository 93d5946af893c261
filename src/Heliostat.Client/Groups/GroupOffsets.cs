using Heliostat.Client.Routing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>
/// Reads and stores the offsets of a group without being a member of it. A group with live members refuses such commits
/// (UNKNOWN_MEMBER_ID).
/// </summary>
public sealed class GroupOffsets(KafkaClient client, string groupId, TimeProvider time, ILoggerFactory loggers)
{
    private const int NoGeneration = -1;

    private readonly OffsetStore _store = new(new KafkaGroupCluster(client, groupId), groupId, time, loggers.CreateLogger<GroupOffsets>());

    /// <summary>
    /// Stores <paramref name="offsets"/>. Retriable errors are retried for <see cref="ClientOptions.CallTimeout"/>, and then answered as
    /// <see cref="CommitOutcome.Failed"/>.
    /// </summary>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken ct) =>
        _store.CommitAsync("", NoGeneration, groupInstanceId: null, offsets, ct);

    /// <summary>Reads what is committed; errors as for <see cref="CommitAsync"/>.</summary>
    /// <param name="partitions">Which partitions, or null for all that the group has.</param>
    /// <param name="requireStable">Waits while a transaction that commits offsets is undecided (KIP-447); brokers before 2.5 do not know
    /// it.</param>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask<CommittedOffsets> FetchAsync(IReadOnlyCollection<TopicPartition>? partitions, bool requireStable,
        CancellationToken ct) =>
            _store.FetchAsync(partitions, requireStable, ct);
}
