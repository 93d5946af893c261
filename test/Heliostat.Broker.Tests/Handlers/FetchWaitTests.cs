using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests.Handlers;

/// <summary>Fetches that have nothing to answer yet.</summary>
public sealed class FetchWaitTests
{
    [Fact]
    public async Task A_fetch_waits_in_peace_although_another_of_its_topics_may_not_be_read()
    {
        var time = new CountingTime();
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                Time = time,
                Topics = [new EmbeddedTopic("t"), new EmbeddedTopic("secret")],
                BrokerConfigs = new Dictionary<string, string>
                {
                    ["authorizer.class.name"] = "x",
                    ["allow.everyone.if.no.acl.found"] = "true"
                },
            },
            CancellationToken.None);
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
        await client.ProduceAsync("secret", 0, Batches.Of("a"));
        var denied = new AclCreation
        {
            ResourceType = ResourceType.Topic,
            ResourceName = "secret",
            ResourcePatternType = PatternType.Literal,
            Principal = "User:*",
            Host = "*",
            Operation = AclOperation.Read,
            PermissionType = AclPermission.Deny,
        };
        await client.CallAsync(new CreateAclsRequest { Creations = [denied] }, 3, CancellationToken.None);
        var request = Batches.Fetch("t", 0, 0, maxWaitMs: 300);
        var other = request.Topics.Next();
        other.Topic = "secret";
        other.Partitions.Add(new FetchPartition { Partition = 0, PartitionMaxBytes = 1000 });
        var before = time.Timers;

        var fetched = await client.CallAsync(request, 11, CancellationToken.None);

        Assert.Equal([ErrorCode.None, ErrorCode.TopicAuthorizationFailed],
            fetched.Responses.SelectMany(topic => topic.Partitions).Select(row => row.ErrorCode));
        Assert.InRange(time.Timers - before, 1, 20);
    }

    /// <summary>Counts the timers that are set: each wait takes one.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
