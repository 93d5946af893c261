using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Tests.Topics;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.InternalTopics;

public sealed class InternalTopicCreationTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly InternalTopic Positions = new("mm2-offsets.A.internal", 25, 1, "B.offset.storage.replication.factor")
    {
        IsReadBack = true
    };
    private static readonly InternalTopic Checkpoints = new("A.checkpoints.internal", 1, 1, "checkpoints.topic.replication.factor");

    [Fact]
    public async Task What_is_missing_is_created_compacted_and_what_is_there_is_left_as_it_is()
    {
        await using var pair = await EmbeddedPair.StartAsync();
        pair.B.CreateTopic(new EmbeddedTopic(Checkpoints.Name)
        {
            PartitionCount = 3,
            Configs = new Dictionary<string, string> { ["cleanup.policy"] = "delete" }
        });

        var partitions = await Creation(pair).EnsureAsync([Positions, Checkpoints], Ct);

        Assert.Equal([25, 3], partitions);
        Assert.Equal(("compact", "delete"), (await PolicyAsync(pair, Positions.Name), await PolicyAsync(pair, Checkpoints.Name)));
    }

    [Fact]
    public async Task A_new_topic_that_a_broker_does_not_know_yet_has_as_many_partitions_as_were_asked_for()
    {
        await using var pair = await EmbeddedPair.StartAsync();
        var asked = 0;
        using var late = pair.B.Faults.Answer<MetadataRequest, MetadataResponse>(
            ApiKey.Metadata, request => request.Topics?.Any(topic => topic.Name == Positions.Name) == true && ++asked == 2
                ? new() { Topics = [new() { Name = Positions.Name, ErrorCode = ErrorCode.UnknownTopicOrPartition }] } : null);

        var partitions = await Creation(pair).EnsureAsync([Positions], Ct);

        Assert.Equal([25], partitions);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("compact,delete")]
    public async Task A_topic_that_would_forget_what_is_read_back_is_refused(string policy)
    {
        await using var pair = await EmbeddedPair.StartAsync();
        pair.B.CreateTopic(new EmbeddedTopic(Positions.Name)
        {
            PartitionCount = 25,
            Configs = new Dictionary<string, string> { ["cleanup.policy"] = policy }
        });

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => Creation(pair).EnsureAsync([Positions], Ct));

        Assert.Contains($"topic 'mm2-offsets.A.internal' has cleanup.policy '{policy}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replication_factor_that_the_cluster_cannot_give_names_its_setting()
    {
        await using var pair = await EmbeddedPair.StartAsync();

        var refusal =
            await Assert.ThrowsAsync<KafkaErrorException>(() => Creation(pair).EnsureAsync([Positions with { ReplicationFactor = 3 }], Ct));

        Assert.Equal(ErrorCode.InvalidReplicationFactor, refusal.Code);
        Assert.Contains("B.offset.storage.replication.factor sets its replication factor, 3", refusal.Message, StringComparison.Ordinal);
    }

    private static InternalTopicCreation Creation(EmbeddedPair pair) =>
        new(pair.Target, "B", TimeSpan.FromSeconds(10), NullLogger.Instance);

    private static async Task<string?> PolicyAsync(EmbeddedPair pair, string topic) =>
        (await pair.Target.DescribeConfigsAsync([new DescribeConfigsResource
        {
            ResourceType = ConfigResourceType.Topic,
            ResourceName = topic,
            ConfigurationKeys = ["cleanup.policy"]
        }], Ct))[0].Configs[0].Value;
}
