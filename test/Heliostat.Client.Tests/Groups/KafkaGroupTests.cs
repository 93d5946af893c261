using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Client.Tests.Groups;

/// <summary>Members of ours in real groups.</summary>
[Collection(SharedKafkaCollection.Name)]
public sealed class KafkaGroupTests(SharedKafka kafka)
{
    private static CancellationToken Ct => CancellationToken.None;

    [KafkaFact]
    public async Task Two_members_share_the_partitions_and_Kafkas_tool_sees_them_with_their_offsets()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 5);
        var options = new GroupOptions { GroupId = topic };
        await using var first = new LiveMember(cluster, options, topic);
        await first.OwnsAsync(5);
        await using var second = new LiveMember(cluster, options, topic);
        await first.OwnsAsync(3);
        await second.OwnsAsync(2);
        Assert.Equal(5, first.Listener.Owned.Union(second.Listener.Owned).Count());

        var mine = first.Listener.Owned[0];
        var commit = await first.Group.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [mine] = new(0, 0, "here") }, Ct);
        var notMine = await second.Group.FetchOffsetsAsync([.. first.Listener.Owned], requireStable: true, Ct);
        var described = await cluster.RunToolAsync(
            "kafka-consumer-groups.sh",
            ["--bootstrap-server", cluster.BootstrapServers, "--describe", "--group", topic, "--members", "--verbose"], Ct);
        var offsets = await cluster.RunToolAsync(
            "kafka-consumer-groups.sh", ["--bootstrap-server", cluster.BootstrapServers, "--describe", "--group", topic], Ct);

        Assert.Equal(CommitOutcome.Committed, commit.Outcome);
        Assert.Equal([KeyValuePair.Create(mine, new OffsetAndMetadata(0, 0, "here"))], notMine.Offsets);
        Assert.Contains(first.Group.Membership.MemberId, described, StringComparison.Ordinal);
        Assert.True(described.Contains($"{topic}:{string.Join(',', second.Listener.Owned.Select(p => p.Partition))} ",
            StringComparison.Ordinal), described);
        Assert.Matches($@"{topic}\s+{mine.Partition}\s+0\s+0\s+0\s+{first.Group.Membership.MemberId}", offsets);

        await second.StopAsync();
        await first.OwnsAsync(5);
        Assert.DoesNotContain(first.Listener.Events, e => e.StartsWith("lost", StringComparison.Ordinal));
    }

    [KafkaFact]
    public async Task The_owner_before_a_rebalance_keeps_what_the_balance_allows()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 6);
        var options = new GroupOptions { GroupId = topic };
        await using var first = new LiveMember(cluster, options, topic);
        await first.OwnsAsync(6);
        await using var second = new LiveMember(cluster, options, topic);
        await second.OwnsAsync(3);
        var before = (First: first.Listener.Owned, Second: second.Listener.Owned);

        await using var third = new LiveMember(cluster, options, topic);
        await third.OwnsAsync(2);
        await first.OwnsAsync(2);
        await second.OwnsAsync(2);

        Assert.Equal("sticky", first.Group.Membership.Protocol);
        Assert.Subset(before.First.ToHashSet(), first.Listener.Owned.ToHashSet());
        Assert.Subset(before.Second.ToHashSet(), second.Listener.Owned.ToHashSet());
    }

    [KafkaFact]
    public async Task Cooperative_members_never_give_up_what_they_keep()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 6);
        var options = new GroupOptions
        {
            GroupId = topic,
            Assignors = [Assignors.CooperativeSticky],
            HeartbeatInterval = TimeSpan.FromMilliseconds(200)
        };
        await using var first = new LiveMember(cluster, options, topic);
        await first.OwnsAsync(6);

        await using var second = new LiveMember(cluster, options, topic);
        await second.OwnsAsync(3);
        await first.OwnsAsync(3);

        var revoked = Assert.Single(first.Listener.Events, e => e.StartsWith("revoked", StringComparison.Ordinal));
        Assert.Equal(second.Listener.Owned, [.. revoked.Split(' ')[1..].Select(p => new TopicPartition(topic, p[^1] - '0'))]);
    }

    [KafkaFact]
    public async Task A_new_topic_and_a_new_partition_come_to_their_owner()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 2);
        await using var member = new LiveMember(cluster, new GroupOptions { GroupId = topic }, topic, topic + "-later");
        await member.OwnsAsync(2);

        await cluster.Client.CreatePartitionsAsync(topic, 3, Ct);
        await member.OwnsAsync(3);
        await cluster.Client.CreateTopicAsync(topic + "-later", 2, null, Ct);

        await member.OwnsAsync(5);
    }

    [KafkaFact]
    public async Task A_member_that_vanishes_is_replaced_after_its_session()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 4);
        var options = new GroupOptions
        {
            GroupId = topic,
            SessionTimeout = TimeSpan.FromSeconds(6),
            HeartbeatInterval = TimeSpan.FromMilliseconds(300)
        };
        await using var first = new LiveMember(cluster, options, topic);
        await using var second = new LiveMember(cluster, options, topic);
        await first.OwnsAsync(2);
        await second.OwnsAsync(2);

        await second.VanishAsync();

        await first.OwnsAsync(4);
    }

    [KafkaFact]
    public async Task A_static_member_comes_back_to_its_partitions_and_nobody_else_notices()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 4);
        var options = new GroupOptions { GroupId = topic, HeartbeatInterval = TimeSpan.FromMilliseconds(300) };
        await using var other = new LiveMember(cluster, options with { GroupInstanceId = "other" }, topic);
        var one = new LiveMember(cluster, options with { GroupInstanceId = "one" }, topic);
        await one.OwnsAsync(2);
        await other.OwnsAsync(2);
        var (owned, generation) = (one.Listener.Owned, other.Group.Membership.Generation);

        await one.DisposeAsync();
        await using var again = new LiveMember(cluster, options with { GroupInstanceId = "one" }, topic);
        await again.OwnsAsync(2);

        Assert.Equal(owned, again.Listener.Owned);
        Assert.Equal(generation, other.Group.Membership.Generation);
        Assert.Equal(generation, again.Group.Membership.Generation);
    }

    [KafkaFact]
    public async Task The_second_with_one_instance_id_fences_the_first()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 2);
        var options = new GroupOptions { GroupId = topic, GroupInstanceId = "twin", HeartbeatInterval = TimeSpan.FromMilliseconds(300) };
        await using var first = new LiveMember(cluster, options, topic);
        await first.OwnsAsync(2);

        await using var second = new LiveMember(cluster, options, topic);
        await second.OwnsAsync(2);

        var refusal = await Assert.ThrowsAsync<KafkaErrorException>(() => first.Running.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(ErrorCode.FencedInstanceId, refusal.Code);
        Assert.StartsWith("lost", first.Listener.Events[^1], StringComparison.Ordinal);
        Assert.Equal(CommitOutcome.NotMember,
            (await first.Group.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [new(topic, 0)] = new(0) }, Ct)).Outcome);
    }

    [KafkaFact]
    public async Task Offsets_of_a_group_without_members_are_stored_and_read_from_outside()
    {
        var cluster = await kafka.ClusterAsync();
        var topic = await TopicAsync(cluster, 2);
        await using var client = LiveMember.Connect(cluster);
        var offsets = new GroupOffsets(client, topic, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

        var commit = await offsets.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata>
        {
            [new(topic, 1)] = new(42),
            [new("gone", 0)] = new(1)
        }, Ct);
        var all = await offsets.FetchAsync(null, requireStable: true, Ct);

        Assert.Equal(CommitOutcome.Committed, commit.Outcome);
        Assert.Equal([KeyValuePair.Create(new TopicPartition("gone", 0), ErrorCode.UnknownTopicOrPartition)], commit.Errors);
        Assert.Equal([KeyValuePair.Create(new TopicPartition(topic, 1), new OffsetAndMetadata(42))], all.Offsets);
        Assert.Equal(42, (await cluster.Client.GroupOffsetsAsync(topic, topic, Ct))[1]);
    }

    private static async Task<string> TopicAsync(KafkaCluster cluster, int partitions)
    {
        var topic = $"t{Guid.NewGuid():N}";
        await cluster.Client.CreateTopicAsync(topic, partitions, null, Ct);
        return topic;
    }
}
