using Heliostat.Client.Metadata;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>What a producer needs of a cluster.</summary>
internal interface IProduceNetwork
{
    /// <summary>The name of the side, for messages.</summary>
    string Cluster { get; }

    /// <summary>Where copies of batches that wait for a broker are rented.</summary>
    FramePool Frames { get; }

    /// <summary>What is left to chance.</summary>
    Random Random { get; }

    MetadataSnapshot Metadata { get; }

    void Track(string topic);

    void Untrack(string topic);

    /// <summary>Asks for newer metadata soon.</summary>
    void Invalidate();

    /// <summary>Ends when the metadata is newer than <paramref name="version"/>.</summary>
    ValueTask WaitForChangeAsync(long version, CancellationToken ct);

    /// <summary>One attempt to reach a broker, after its back-off; throws <see cref="KafkaConnectionException"/>.</summary>
    ValueTask<IProduceConnection> ConnectAsync(int nodeId, CancellationToken ct);

    /// <summary>A producer id that was never used before.</summary>
    ValueTask<ProducerIdentity> InitProducerIdAsync(CancellationToken ct);

    /// <summary>
    /// The producer id of the batch at an offset, -1 for one without; null where there is none, a marker stands there, or it cannot be read
    /// now.
    /// </summary>
    ValueTask<long?> ProducerAtAsync(TopicPartition partition, long offset, CancellationToken ct);

    /// <summary>
    /// Where the logs of partitions end at their leader, what is not replicated yet included; each is missing whose leader epoch is
    /// another by now. Null where the broker does not tell. Throws <see cref="KafkaConnectionException"/>.
    /// </summary>
    /// <param name="nodeId">The leader.</param>
    /// <param name="epochs">Each partition with the leader epoch that the broker is to have.</param>
    /// <param name="ct">Ends it.</param>
    ValueTask<Dictionary<TopicPartition, long>?> LogEndsAsync(int nodeId, IReadOnlyDictionary<TopicPartition, int> epochs,
        CancellationToken ct);

    /// <summary>Who coordinates the transactions of an id.</summary>
    ITransactionCoordinator CoordinatorOf(string transactionalId);
}
