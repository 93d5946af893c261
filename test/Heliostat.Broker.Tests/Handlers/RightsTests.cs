using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests.Handlers;

/// <summary>Who may not touch a topic does not learn whether there is one of that name, as with Kafka.</summary>
public sealed class RightsTests : IAsyncLifetime
{
    private const string Unknown = "no-such-topic";

    private EmbeddedCluster _cluster = null!;
    private RawClient _client = null!;

    public async Task InitializeAsync()
    {
        var settings = new Dictionary<string, string> { ["authorizer.class.name"] = "x", ["allow.everyone.if.no.acl.found"] = "true" };
        _cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerConfigs = settings }, CancellationToken.None);
        _client = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
        var request = new CreateAclsRequest
        {
            Creations = [Denial(ResourceType.Topic, Unknown), Denial(ResourceType.Cluster, AclBinding.ClusterName)]
        };
        await _client.CallAsync(request, 3, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Produce() =>
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, (await _client.ProduceAsync(Unknown, 0, Batches.Of("a"))).ErrorCode);

    [Fact]
    public async Task Fetch() => Assert.Equal(ErrorCode.TopicAuthorizationFailed, (await _client.FetchAsync(Unknown, 0, 0)).ErrorCode);

    [Fact]
    public async Task Delete_topics()
    {
        var answer = await _client.CallAsync(new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = Unknown }] }, 6,
            CancellationToken.None);

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, answer.Responses[0].ErrorCode);
    }

    [Fact]
    public async Task Commit_offsets()
    {
        var request = new OffsetCommitRequest { GroupId = "g", GenerationIdOrMemberEpoch = -1, MemberId = "" };
        request.Topics.Add(new OffsetCommitRequestTopic { Name = Unknown, Partitions = [new OffsetCommitRequestPartition()] });

        var answer = await _client.CallAsync(request, 8, CancellationToken.None);

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, answer.Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task List_config_resources() =>
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed,
            (await _client.CallAsync(new ListConfigResourcesRequest(), 1, CancellationToken.None)).ErrorCode);

    private static AclCreation Denial(ResourceType type, string name) => new()
    {
        ResourceType = type,
        ResourceName = name,
        ResourcePatternType = PatternType.Literal,
        Principal = AclBinding.AnyUser,
        Host = AclBinding.Wildcard,
        Operation = AclOperation.All,
        PermissionType = AclPermission.Deny,
    };
}
