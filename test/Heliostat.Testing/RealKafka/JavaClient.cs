using System.Text.Json;
using System.Text.Json.Nodes;
using Heliostat.Testing.Clusters;

namespace Heliostat.Testing.RealKafka;

/// <summary>Kafka's own Java clients, pointed at one cluster: to produce what a test mirrors, and to read back what came of it.</summary>
public sealed class JavaClient : ITestClient
{
    private readonly JavaOracle _oracle;
    private readonly string _bootstrap;
    private readonly short _replicas;
    private readonly bool _knowsTransactions;

    internal JavaClient(JavaOracle oracle, string bootstrap, short replicas, bool knowsTransactions)
    {
        _knowsTransactions = knowsTransactions;
        _oracle = oracle;
        _bootstrap = bootstrap;
        _replicas = replicas;
    }

    /// <summary>
    /// Creates a topic on every broker (three at most), and returns once it has its leaders. Nothing expires unless
    /// <paramref name="configs"/> says so.
    /// </summary>
    public Task CreateTopicAsync(string topic, int partitions, IReadOnlyDictionary<string, string>? configs, CancellationToken ct) =>
        CallAsync("createTopic",
            new() { ["topic"] = topic, ["partitions"] = partitions, ["replicas"] = _replicas, ["configs"] = Map(configs) }, ct);

    public Task DeleteTopicAsync(string topic, CancellationToken ct) => CallAsync("deleteTopic", Topic(topic), ct);

    public Task<string[]> ListTopicsAsync(CancellationToken ct) => CallAsync<string[]>("listTopics", [], ct);

    public Task CreatePartitionsAsync(string topic, int total, CancellationToken ct) =>
        CallAsync("createPartitions", new() { ["topic"] = topic, ["partitions"] = total }, ct);

    public Task<TopicDescription> DescribeTopicAsync(string topic, CancellationToken ct) =>
        CallAsync<TopicDescription>("describeTopic", Topic(topic), ct);

    /// <summary>Sets topic configs; others stay.</summary>
    public Task AlterTopicAsync(string topic, IReadOnlyDictionary<string, string> configs, CancellationToken ct) =>
        CallAsync("alterTopic", new() { ["topic"] = topic, ["configs"] = Map(configs) }, ct);

    /// <summary>Moves the log start to <paramref name="before"/>.</summary>
    public Task DeleteRecordsAsync(string topic, int partition, long before, CancellationToken ct) =>
        CallAsync("deleteRecords", new() { ["topic"] = topic, ["partition"] = partition, ["before"] = before }, ct);

    /// <summary>Returns once broker <paramref name="to"/>, which must have a replica, leads the partition.</summary>
    public Task MoveLeaderAsync(string topic, int partition, int to, CancellationToken ct) =>
        CallAsync("moveLeader", new() { ["topic"] = topic, ["partition"] = partition, ["to"] = to }, ct);

    /// <summary>Committed offset by partition, of one topic.</summary>
    public async Task<IReadOnlyDictionary<int, long>> GroupOffsetsAsync(string group, string topic, CancellationToken ct)
    {
        var all = await CallAsync<GroupOffset[]>("groupOffsets", new() { ["group"] = group }, ct);
        return all.Where(o => o.Topic == topic).ToDictionary(o => o.Partition, o => o.Offset);
    }

    /// <summary>Commits for a group that has no members.</summary>
    public Task SetGroupOffsetAsync(string group, string topic, int partition, long offset, CancellationToken ct) =>
        CallAsync("setGroupOffsets", new()
        {
            ["group"] = group,
            ["offsets"] = new JsonArray(new JsonObject { ["topic"] = topic, ["partition"] = partition, ["offset"] = offset }),
        }, ct);

    public Task<GroupMember[]> GroupMembersAsync(string group, CancellationToken ct) =>
        CallAsync<GroupMember[]>("groupMembers", new() { ["group"] = group }, ct);

    /// <summary>Log end offset of each partition, those of unfinished transactions included.</summary>
    public Task<long[]> EndOffsetsAsync(string topic, CancellationToken ct) =>
        CallAsync<long[]>("offsets", Topic(topic), ct);

    /// <summary>Last stable offset of each partition: where the first unfinished transaction begins, or the log end.</summary>
    public Task<long[]> StableOffsetsAsync(string topic, CancellationToken ct) =>
        CallAsync<long[]>("offsets", new() { ["topic"] = topic, ["committed"] = true }, ct);

    public Task<long[]> StartOffsetsAsync(string topic, CancellationToken ct) =>
        CallAsync<long[]>("offsets", new() { ["topic"] = topic, ["earliest"] = true }, ct);

    /// <summary>Reads every partition from its start to the end it has now.</summary>
    public Task<PartitionContent[]> ReadAsync(string topic, ReadOptions options, CancellationToken ct) =>
        CallAsync<PartitionContent[]>("read", new()
        {
            ["topic"] = topic,
            ["uncommitted"] = options.Uncommitted,
            ["records"] = options.Records,
            ["dedupe"] = options.Dedupe,
            ["withinSeconds"] = options.Within.TotalSeconds,
        }, ct);

    /// <summary>Returns once everything is acknowledged.</summary>
    public Task GenerateAsync(string topic, GeneratedLoad load, CancellationToken ct)
    {
        var request = JsonSerializer.SerializeToNode(load, JsonSerializerOptions.Web)!.AsObject();
        request["topic"] = topic;
        return CallAsync("generate", request, ct);
    }

    /// <summary>
    /// Opens a producer with settings by their Kafka names; with a transactional.id it is ready for its first transaction.
    /// </summary>
    public async Task<ITestProducer> OpenProducerAsync(IReadOnlyDictionary<string, string> config, CancellationToken ct)
    {
        var producer = new JavaProducer(this, $"producer-{Guid.NewGuid():N}");
        await CallAsync("openProducer", new() { ["producer"] = producer.Name, ["config"] = Map(config) }, ct);
        return producer;
    }

    /// <summary>Sends the records with a producer of its own and returns their offsets once all are acknowledged.</summary>
    public async Task<long[]> ProduceAsync(string topic, IEnumerable<KafkaRecord> records, IReadOnlyDictionary<string, string> config,
        CancellationToken ct)
    {
        await using var producer = await OpenProducerAsync(config, ct);
        return await producer.SendAsync(topic, records, ct);
    }

    internal Task CallAsync(string command, JsonObject request, CancellationToken ct)
    {
        request["bootstrap"] = _bootstrap;
        request["modern"] = _knowsTransactions;
        return _oracle.CallAsync(command, request, ct);
    }

    internal async Task<T> CallAsync<T>(string command, JsonObject request, CancellationToken ct)
    {
        request["bootstrap"] = _bootstrap;
        request["modern"] = _knowsTransactions;
        var answer = await _oracle.CallAsync(command, request, ct);
        return answer.Deserialize<T>(JsonSerializerOptions.Web)!;
    }

    private static JsonObject Topic(string topic) => new() { ["topic"] = topic };

    private static JsonObject Map(IReadOnlyDictionary<string, string>? values) =>
        JsonSerializer.SerializeToNode(values ?? new Dictionary<string, string>())!.AsObject();

    private sealed record GroupOffset(string Topic, int Partition, long Offset);
}
