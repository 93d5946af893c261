using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Storage;

/// <summary>What a cluster on disk knows after it was closed in order, and after its process ended without a word.</summary>
public sealed class RestartTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new("restart");
    private EmbeddedCluster _cluster = null!;
    private RawClient _client = null!;

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batches_are_the_same_bytes_at_the_same_offsets(bool inOrder)
    {
        for (var i = 0; i < 200; i++) await _client.ProduceAsync("t", i % 2, Batches.Of($"a{i}", $"b{i}"));
        var before = await _client.FetchAllAsync("t", 0);

        await RestartAsync(inOrder);
        var after = await _client.FetchAllAsync("t", 0);
        var appended = await _client.ProduceAsync("t", 0, Batches.Of("next"));

        Assert.Equal(before, after);
        Assert.Equal(200, appended.BaseOffset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Topics_keep_their_ids_settings_and_partitions(bool inOrder)
    {
        _cluster.CreateTopic(new EmbeddedTopic("compacted", 3)
        {
            Configs = new Dictionary<string, string> { ["cleanup.policy"] = "compact" }
        });
        _cluster.CreateTopic(new EmbeddedTopic("gone"));
        _cluster.DeleteTopic("gone");
        await GrowAsync("t", 4);
        var before = await DescribeAsync();

        await RestartAsync(inOrder);
        var after = await DescribeAsync();

        Assert.Equal(before, after);
        Assert.Equal(["compacted:3", "t:4"], after.Select(topic => $"{topic.Name}:{topic.Partitions}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repeated_batch_of_an_idempotent_producer_is_known_and_ids_are_not_given_again(bool inOrder)
    {
        var producer = await _client.InitProducerAsync(null);
        for (var i = 0; i < 8; i++) await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, 0, i * 2, 2));

        await RestartAsync(inOrder);
        var repeated = await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, 0, 8, 2));
        var next = await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, 0, 16, 2));
        var leap = await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, 0, 99, 2));
        var other = await _client.InitProducerAsync(null);

        Assert.Equal((ErrorCode.None, 8L), (repeated.ErrorCode, repeated.BaseOffset));
        Assert.Equal((ErrorCode.None, 16L), (next.ErrorCode, next.BaseOffset));
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, leap.ErrorCode);
        Assert.True(other.ProducerId > producer.ProducerId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_open_transaction_can_be_committed_and_an_aborted_one_stays_aborted(bool inOrder)
    {
        var producer = await _client.InitProducerAsync("tx");
        await AddPartitionAsync(producer, "t", 0);
        await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, producer.ProducerEpoch, 0, 2, transactional: true),
            transactionalId: "tx");
        await EndAsync(producer, commit: false);
        await AddPartitionAsync(producer, "t", 0);
        await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, producer.ProducerEpoch, 2, 2, transactional: true),
            transactionalId: "tx");

        await RestartAsync(inOrder);
        var open = await _client.FetchAsync("t", 0, 0, committed: true);
        await EndAsync(producer, commit: true);
        var closed = await _client.FetchAsync("t", 0, 0, committed: true);

        Assert.Equal(3, open.LastStableOffset);
        Assert.Equal(6, closed.LastStableOffset);
        Assert.Equal([(producer.ProducerId, 0L)], closed.AbortedTransactions.Select(txn => (txn.ProducerId, txn.FirstOffset)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Committed_offsets_log_starts_and_leader_epochs_stay(bool inOrder)
    {
        for (var i = 0; i < 10; i++) await _client.ProduceAsync("t", 0, Batches.Of($"{i}"));
        await _client.CommitAsync("g", "t", 0, 7);
        await _client.CommitAsync("g", "t", 1, 3);
        _cluster.RaiseLogStart("t", 0, 4);
        var epoch = await EpochAsync("t", 0);

        await RestartAsync(inOrder);

        Assert.Equal(7, await _client.CommittedAsync("g", "t", 0));
        Assert.Equal(3, await _client.CommittedAsync("g", "t", 1));
        Assert.Equal(4, _cluster.LogStartOffset("t", 0));
        Assert.Equal(epoch + 1, await EpochAsync("t", 0));
    }

    [Fact]
    public async Task An_offset_looked_up_by_time_where_the_disk_is_damaged_is_an_error_and_no_closed_connection()
    {
        await _client.ProduceAsync("t", 0, Batches.Of("a"));
        var segment = Path.Combine(_folder.Path, "t-0", "00000000000000000000.log");
        using (var file = new FileStream(segment, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.Write(new byte[60]);
        var request = new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics = [new ListOffsetsTopic { Name = "t", Partitions = [new ListOffsetsPartition { Timestamp = 1 }] }],
        };

        var answer = await _client.CallAsync(request, 5, CancellationToken.None);

        Assert.Equal(ErrorCode.KafkaStorageError, answer.Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task A_transaction_whose_end_was_decided_is_ended_by_the_next_process()
    {
        var producer = await _client.InitProducerAsync("tx");
        await AddPartitionAsync(producer, "t", 0);
        await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, producer.ProducerEpoch, 0, 2, transactional: true),
            transactionalId: "tx");
        var before = File.ReadAllBytes(JournalPath);
        await EndAsync(producer, commit: true);
        var journal = File.ReadAllBytes(JournalPath);

        // As if the process had ended between writing the decision down and writing the marker: the last record of the journal and the
        // marker are not there.
        await AbandonAsync();
        var walker = new BatchWalker(journal);
        var cut = 0;
        while (walker.MoveNext()) cut = walker.Current.Offset;
        Assert.True(cut > before.Length - 1);
        File.WriteAllBytes(JournalPath, journal[..cut]);
        CutLastBatch(Path.Combine(_folder.Path, "t-0", "00000000000000000000.log"));
        await StartAsync();
        var fetched = await _client.FetchAsync("t", 0, 0, committed: true);

        Assert.Equal(3, fetched.LastStableOffset);
        Assert.Equal(3, fetched.HighWatermark);
    }

    [Fact]
    public async Task A_topic_created_again_after_its_deletion_has_nothing_of_the_old_one()
    {
        await _client.ProduceAsync("t", 0, Batches.Of("old"));
        _cluster.RecreateTopic("t");
        await _client.ProduceAsync("t", 0, Batches.Of("new"));

        await RestartAsync(inOrder: false);
        var data = await _client.FetchAsync("t", 0, 0);

        Assert.Equal([(0, "new")], Batches.Read(data.Records.Span));
        Assert.Empty(Directory.GetDirectories(_folder.Path, "*-delete"));
    }

    [Fact]
    public async Task A_second_process_cannot_have_the_folder()
    {
        var refused = await Assert.ThrowsAsync<IOException>(() =>
            EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { DataDirectory = _folder.Path }, CancellationToken.None));

        Assert.Contains("used by another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_of_another_cluster_is_refused()
    {
        await _cluster.DisposeAsync();

        await Assert.ThrowsAsync<ArgumentException>(() =>
            EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { DataDirectory = _folder.Path, ClusterId = "other" },
                CancellationToken.None));
    }

    private string JournalPath => Path.Combine(_folder.Path, "cluster-state", "00000000000000000000.log");

    private async Task StartAsync()
    {
        _cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { DataDirectory = _folder.Path, Topics = [new EmbeddedTopic("t", 2)] }, CancellationToken.None);
        _client = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
    }

    private async Task AbandonAsync()
    {
        await _client.DisposeAsync();
        await _cluster.AbandonAsync();
    }

    private async Task RestartAsync(bool inOrder)
    {
        await _client.DisposeAsync();
        if (inOrder) await _cluster.DisposeAsync();
        else await _cluster.AbandonAsync();
        await StartAsync();
    }

    private static void CutLastBatch(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var walker = new BatchWalker(bytes);
        var last = 0;
        while (walker.MoveNext()) last = walker.Current.Offset;
        File.WriteAllBytes(file, bytes[..last]);
    }

    private async Task<List<(string Name, Guid Id, int Partitions, string Policy)>> DescribeAsync()
    {
        var metadata = await _client.CallAsync(new MetadataRequest { Topics = null }, 12, CancellationToken.None);
        var described = new List<(string, Guid, int, string)>();
        foreach (var topic in metadata.Topics.OrderBy(topic => topic.Name))
        {
            var request = new DescribeConfigsRequest
            {
                Resources = [new DescribeConfigsResource
            {
                ResourceType = ConfigResourceType.Topic,
                ResourceName = topic.Name!,
                ConfigurationKeys = ["cleanup.policy"]
            }]
            };
            var configs = await _client.CallAsync(request, 4, CancellationToken.None);
            described.Add((topic.Name!, topic.TopicId, topic.Partitions.Count, configs.Results[0].Configs[0].Value!));
        }

        return described;
    }

    private async Task<int> EpochAsync(string topic, int partition)
    {
        var metadata = await _client.CallAsync(new MetadataRequest { Topics = [new MetadataRequestTopic { Name = topic }] }, 12,
            CancellationToken.None);
        return metadata.Topics[0].Partitions.First(row => row.PartitionIndex == partition).LeaderEpoch;
    }

    private async Task GrowAsync(string topic, int count)
    {
        var request = new CreatePartitionsRequest
        {
            Topics = [new CreatePartitionsTopic { Name = topic, Count = count, Assignments = null }],
            TimeoutMs = 5000
        };
        var response = await _client.CallAsync(request, 3, CancellationToken.None);
        Assert.Equal(ErrorCode.None, response.Results[0].ErrorCode);
    }

    private async Task AddPartitionAsync(InitProducerIdResponse producer, string topic, int partition)
    {
        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = "tx",
            V3AndBelowProducerId = producer.ProducerId,
            V3AndBelowProducerEpoch = producer.ProducerEpoch,
            V3AndBelowTopics = [new AddPartitionsToTxnTopic { Name = topic, Partitions = [partition] }],
        };
        var response = await _client.CallAsync(request, 3, CancellationToken.None);
        Assert.Equal(ErrorCode.None, response.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode);
    }

    private async Task EndAsync(InitProducerIdResponse producer, bool commit)
    {
        var request = new EndTxnRequest
        {
            TransactionalId = "tx",
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.ProducerEpoch,
            Committed = commit
        };
        var response = await _client.CallAsync(request, 3, CancellationToken.None);
        Assert.Equal(ErrorCode.None, response.ErrorCode);
    }
}
