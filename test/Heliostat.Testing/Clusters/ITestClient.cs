using Heliostat.Testing.RealKafka;

namespace Heliostat.Testing.Clusters;

/// <summary>A client pointed at one cluster: to produce what a test mirrors, and to read back what came of it.</summary>
public interface ITestClient
{
    /// <summary>
    /// Creates a topic on every broker (three at most), and returns once it has its leaders. Nothing expires unless
    /// <paramref name="configs"/> says so.
    /// </summary>
    Task CreateTopicAsync(string topic, int partitions, IReadOnlyDictionary<string, string>? configs, CancellationToken ct);

    Task DeleteTopicAsync(string topic, CancellationToken ct);

    Task<string[]> ListTopicsAsync(CancellationToken ct);

    Task CreatePartitionsAsync(string topic, int total, CancellationToken ct);

    Task<TopicDescription> DescribeTopicAsync(string topic, CancellationToken ct);

    /// <summary>Sets topic configs; others stay.</summary>
    Task AlterTopicAsync(string topic, IReadOnlyDictionary<string, string> configs, CancellationToken ct);

    /// <summary>Moves the log start to <paramref name="before"/>.</summary>
    Task DeleteRecordsAsync(string topic, int partition, long before, CancellationToken ct);

    /// <summary>Returns once broker <paramref name="to"/>, which must have a replica, leads the partition.</summary>
    Task MoveLeaderAsync(string topic, int partition, int to, CancellationToken ct);

    /// <summary>Committed offset by partition, of one topic.</summary>
    Task<IReadOnlyDictionary<int, long>> GroupOffsetsAsync(string group, string topic, CancellationToken ct);

    /// <summary>Commits for a group that has no members.</summary>
    Task SetGroupOffsetAsync(string group, string topic, int partition, long offset, CancellationToken ct);

    Task<GroupMember[]> GroupMembersAsync(string group, CancellationToken ct);

    /// <summary>Log end offset of each partition, those of unfinished transactions included.</summary>
    Task<long[]> EndOffsetsAsync(string topic, CancellationToken ct);

    /// <summary>Last stable offset of each partition: where the first unfinished transaction begins, or the log end.</summary>
    Task<long[]> StableOffsetsAsync(string topic, CancellationToken ct);

    Task<long[]> StartOffsetsAsync(string topic, CancellationToken ct);

    /// <summary>Reads every partition from its start to the end it has now.</summary>
    Task<PartitionContent[]> ReadAsync(string topic, ReadOptions options, CancellationToken ct);

    /// <summary>Returns once everything is acknowledged.</summary>
    Task GenerateAsync(string topic, GeneratedLoad load, CancellationToken ct);

    /// <summary>
    /// Opens a producer with settings by their Kafka names; with a transactional.id it is ready for its first transaction.
    /// </summary>
    Task<ITestProducer> OpenProducerAsync(IReadOnlyDictionary<string, string> config, CancellationToken ct);

    /// <summary>Sends the records with a producer of its own and returns their offsets once all are acknowledged.</summary>
    Task<long[]> ProduceAsync(string topic, IEnumerable<KafkaRecord> records, IReadOnlyDictionary<string, string> config,
        CancellationToken ct);
}
