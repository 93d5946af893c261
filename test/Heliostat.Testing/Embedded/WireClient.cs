using System.Net;
using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Testing.Embedded;

/// <summary>
/// Produces to and reads from an embedded cluster, one plain request after the other: it shares the wire with the code under test, and
/// neither its producer nor its fetcher.
/// </summary>
public sealed class WireClient : ITestClient, IAsyncDisposable
{
    private readonly EmbeddedCluster? _cluster;
    private readonly KafkaClient _client;
    private readonly AdminClient _admin;

    /// <summary>Speaks to a cluster in this process.</summary>
    public WireClient(EmbeddedCluster cluster)
        : this((cluster ?? throw new ArgumentNullException(nameof(cluster))).BootstrapServers)
    {
        _cluster = cluster;
    }

    /// <summary>Speaks to a cluster that runs elsewhere.</summary>
    public WireClient(string bootstrapServers)
    {
        ArgumentNullException.ThrowIfNull(bootstrapServers);
        var options = new ClientOptions
        {
            Cluster = "test",
            ClientId = "test",
            BootstrapServers = [.. bootstrapServers.Split(',').Select(DnsEndPoint)],
            RetryBackOff = TimeSpan.FromMilliseconds(10),
            RetryBackOffMax = TimeSpan.FromMilliseconds(100),
        };
        _client = new KafkaClient(options, new FramePool(16 * 1024 * 1024), TimeProvider.System, NullLoggerFactory.Instance);
        _admin = new AdminClient(_client, TimeProvider.System);
    }

    public async Task CreateTopicAsync(string topic, int partitions, IReadOnlyDictionary<string, string>? configs, CancellationToken ct)
    {
        var all = new Dictionary<string, string>(configs ?? new Dictionary<string, string>());
        all.TryAdd("retention.ms", "-1");
        var asked = new CreatableTopic
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = (short)Math.Min(_client.Options.BootstrapServers.Count, 3),
            Configs = [.. all.Select(config => new CreatableTopicConfig { Name = config.Key, Value = config.Value })],
        };
        Check(topic, (await _admin.CreateTopicsAsync([asked], validateOnly: false, ct))[0].ErrorCode);
    }

    public async Task DeleteTopicAsync(string topic, CancellationToken ct) =>
        Check(topic, (await _admin.DeleteTopicsAsync([topic], ct))[0].ErrorCode);

    public async Task<string[]> ListTopicsAsync(CancellationToken ct) =>
        [.. (await _admin.ListTopicsAsync(ct)).Select(topic => topic.Name!)];

    public async Task CreatePartitionsAsync(string topic, int total, CancellationToken ct) =>
        Check(topic, (await _admin.CreatePartitionsAsync([new CreatePartitionsTopic { Name = topic, Count = total, Assignments = null }],
            validateOnly: false, ct))[0].ErrorCode);

    public async Task<TopicDescription> DescribeTopicAsync(string topic, CancellationToken ct)
    {
        var described = (await _admin.DescribeTopicsAsync([topic], ct))[0];
        Check(topic, described.ErrorCode);
        var resource = new DescribeConfigsResource
        {
            ResourceType = ConfigResourceType.Topic,
            ResourceName = topic,
            ConfigurationKeys = null
        };
        var configs = (await _admin.DescribeConfigsAsync([resource], ct))[0];
        return new TopicDescription(
            [
                .. described.Partitions.OrderBy(p => p.PartitionIndex).Select(p => new PartitionDescription(
                    p.PartitionIndex, p.LeaderId < 0 ? -1 : p.LeaderId + 1, [.. p.ReplicaNodes.Select(id => id + 1)],
                    [.. p.IsrNodes.Select(id => id + 1)])),
            ],
            configs.Configs.ToDictionary(config => config.Name, config => config.Value));
    }

    public async Task AlterTopicAsync(string topic, IReadOnlyDictionary<string, string> configs, CancellationToken ct)
    {
        var resource = new IncrementalAlterConfigsAlterConfigsResource
        {
            ResourceType = ConfigResourceType.Topic,
            ResourceName = topic,
            Configs = [.. configs.Select(config => new IncrementalAlterConfigsAlterableConfig { Name = config.Key, Value = config.Value })],
        };
        Check(topic, (await _admin.IncrementalAlterConfigsAsync([resource], validateOnly: false, ct))[0].ErrorCode);
    }

    public async Task DeleteRecordsAsync(string topic, int partition, long before, CancellationToken ct)
    {
        var at = new TopicPartition(topic, partition);
        Check(topic, (await _admin.DeleteRecordsAsync(new Dictionary<TopicPartition, long> { [at] = before }, ct))[at].ErrorCode);
    }

    public Task MoveLeaderAsync(string topic, int partition, int to, CancellationToken ct)
    {
        (_cluster ?? throw new NotSupportedException("only in a cluster of this process")).MoveLeader(topic, partition, to - 1);
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyDictionary<int, long>> GroupOffsetsAsync(string group, string topic, CancellationToken ct)
    {
        var committed = await Offsets(group).FetchAsync(null, requireStable: false, ct);
        Check(group, committed.ErrorCode);
        return committed.Offsets
            .Where(entry => entry.Key.Topic == topic).ToDictionary(entry => entry.Key.Partition, entry => entry.Value.Offset);
    }

    public async Task SetGroupOffsetAsync(string group, string topic, int partition, long offset, CancellationToken ct)
    {
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new(topic, partition)] = new(offset) };
        var result = await Offsets(group).CommitAsync(offsets, ct);
        Check(group, result.Outcome == CommitOutcome.Committed ? ErrorCode.None : result.ErrorCode);
    }

    public async Task<GroupMember[]> GroupMembersAsync(string group, CancellationToken ct)
    {
        var described = (await _admin.DescribeGroupsAsync([group], ct))[0];
        return [.. described.Members.Select(member => new GroupMember(member.ClientId, AssignedPartitions.Count(member.MemberAssignment)))];
    }

    public Task<long[]> EndOffsetsAsync(string topic, CancellationToken ct) =>
        OffsetsAsync(topic, OffsetSpec.Latest, IsolationLevel.ReadUncommitted, ct);

    public Task<long[]> StableOffsetsAsync(string topic, CancellationToken ct) =>
        OffsetsAsync(topic, OffsetSpec.Latest, IsolationLevel.ReadCommitted, ct);

    public Task<long[]> StartOffsetsAsync(string topic, CancellationToken ct) =>
        OffsetsAsync(topic, OffsetSpec.Earliest, IsolationLevel.ReadUncommitted, ct);

    public async Task<PartitionContent[]> ReadAsync(string topic, ReadOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var deadline = new CancellationTokenSource(options.Within, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        var reader = new WireReading(_client, options.Uncommitted);
        var ends = options.Uncommitted ? await EndOffsetsAsync(topic, either.Token) : await StableOffsetsAsync(topic, either.Token);
        var starts = await StartOffsetsAsync(topic, either.Token);
        var contents = new PartitionContent[ends.Length];
        for (var partition = 0; partition < ends.Length; partition++)
        {
            var content = new ContentBuilder(partition, ends[partition], options);
            await reader.ReadAsync(new TopicPartition(topic, partition), starts[partition], ends[partition], content.Add, either.Token);
            contents[partition] = content.Build();
        }

        return contents;
    }

    /// <summary>What lies in a log, batch by batch.</summary>
    public async Task<StoredBatch[]> DumpAsync(string topic, int partition, CancellationToken ct)
    {
        List<StoredBatch> batches = [];
        var start = (await StartOffsetsAsync(topic, ct))[partition];
        var end = (await EndOffsetsAsync(topic, ct))[partition];
        await new WireReading(_client, uncommitted: true).DumpAsync(new TopicPartition(topic, partition), start, end, batches.Add, ct);
        return [.. batches];
    }

    public async Task GenerateAsync(string topic, GeneratedLoad load, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(load);
        await using var producer = await OpenProducerAsync(load.Config, ct);
        await LoadGenerator.RunAsync(producer, topic, load, ct);
    }

    public async Task<ITestProducer> OpenProducerAsync(IReadOnlyDictionary<string, string> config, CancellationToken ct)
    {
        var producer = new WireProducer(_client, config);
        await producer.InitializeAsync(ct);
        return producer;
    }

    public async Task<long[]> ProduceAsync(string topic, IEnumerable<KafkaRecord> records, IReadOnlyDictionary<string, string> config,
        CancellationToken ct)
    {
        await using var producer = await OpenProducerAsync(config, ct);
        return await producer.SendAsync(topic, records, ct);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task<long[]> OffsetsAsync(string topic, long spec, IsolationLevel isolation, CancellationToken ct)
    {
        var described = (await _admin.DescribeTopicsAsync([topic], ct))[0];
        Check(topic, described.ErrorCode);
        var asked = Enumerable.Range(0, described.Partitions.Count)
            .ToDictionary(partition => new TopicPartition(topic, partition), _ => spec);
        var found = await _admin.ListOffsetsAsync(asked, isolation, ct);
        return [.. Enumerable.Range(0, asked.Count).Select(partition =>
        {
            var offset = found[new TopicPartition(topic, partition)];
            Check(topic, offset.ErrorCode);
            return offset.Offset;
        })];
    }

    private GroupOffsets Offsets(string group) => new(_client, group, TimeProvider.System, NullLoggerFactory.Instance);

    private static void Check(string what, ErrorCode code)
    {
        if (code != ErrorCode.None)
        {
            throw new KafkaErrorException(code, $"{what}: {code.Name()}");
        }
    }

    private static DnsEndPoint DnsEndPoint(string server)
    {
        var colon = server.LastIndexOf(':');
        return new DnsEndPoint(server[..colon], int.Parse(server.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
