using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests.Topics;

/// <summary>Topics of more partitions than a request may ask for. What is answered is what Apache Kafka 4.3.1 answers.</summary>
public sealed class TopicSizeTests : IAsyncLifetime
{
    private EmbeddedCluster _cluster = null!;
    private RawClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("t")] },
            CancellationToken.None);
        _client = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(20_000_000, 1)]
    [InlineData(6_000, 6_000)]
    public async Task Too_many_partitions_in_one_request_are_refused(int first, int second)
    {
        var request = new CreateTopicsRequest
        {
            Topics =
            [
                new CreatableTopic { Name = "a", NumPartitions = first, ReplicationFactor = 1 },
                new CreatableTopic { Name = "b", NumPartitions = second, ReplicationFactor = 1 },
            ],
            ValidateOnly = true,
        };

        var answer = await _client.CallAsync(request, 5, CancellationToken.None);

        Assert.All(answer.Topics, topic => Assert.Equal(
            (ErrorCode.PolicyViolation, "Excessively large number of partitions per request."), (topic.ErrorCode, topic.ErrorMessage)));
    }

    [Fact]
    public void A_topic_of_too_many_partitions_cannot_be_made_in_process_either()
    {
        var refused = Assert.Throws<ArgumentException>(() => _cluster.CreateTopic(new EmbeddedTopic("a", 20_000_000)));

        Assert.Contains("Excessively large number of partitions", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Growth_by_too_many_partitions_is_refused()
    {
        var request = new CreatePartitionsRequest
        {
            Topics = [new CreatePartitionsTopic { Name = "t", Count = 10_002, Assignments = null }],
            ValidateOnly = true
        };

        var answer = await _client.CallAsync(request, 3, CancellationToken.None);

        Assert.Equal((ErrorCode.UnknownServerError, null), (answer.Results[0].ErrorCode, answer.Results[0].ErrorMessage));
    }
}
