using Heliostat.Client.Groups;

namespace Heliostat.Client.Admin;

/// <remarks>Positions of many groups.</remarks>
public sealed partial class AdminClient
{
    /// <summary>
    /// The positions of each group. One that cannot be read within <see cref="ClientOptions.CallTimeout"/> has the last error and no
    /// positions.
    /// </summary>
    /// <exception cref="KafkaErrorException">Brokers do not list what a group has committed (before 0.10.2):
    /// UNSUPPORTED_VERSION.</exception>
    public ValueTask<IReadOnlyDictionary<string, CommittedOffsets>> ListGroupOffsetsAsync(IReadOnlyCollection<string> groupIds,
        CancellationToken ct) =>
            ListGroupOffsetsAsync(groupIds, null, ct);

    /// <summary>
    /// Likewise, of these partitions only; where brokers are older than 0.10.2 also what old consumers keep in ZooKeeper, of partitions
    /// that the brokers keep nothing of.
    /// </summary>
    public ValueTask<IReadOnlyDictionary<string, CommittedOffsets>> ListGroupOffsetsAsync(
        IReadOnlyCollection<string> groupIds, IReadOnlyCollection<TopicPartition>? partitions, CancellationToken ct) =>
        new GroupOffsetReader(client, _backOff, time).ReadAsync(groupIds, partitions, ct);
}
