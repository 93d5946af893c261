using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Client.Tests.Groups;

/// <summary>Members of ours and of Java's in one group, with either of us as the leader.</summary>
[Collection(SharedKafkaCollection.Name)]
public sealed class MixedGroupTests(SharedKafka kafka)
{
    private const string JavaPackage = "org.apache.kafka.clients.consumer.";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [KafkaTheory("3.9.1")]
    [InlineData("RangeAssignor", null, "range", true)]
    [InlineData("StickyAssignor", null, "sticky", true)]
    [InlineData("StickyAssignor", null, "sticky", false)]
    [InlineData("CooperativeStickyAssignor", null, "cooperative-sticky", true)]
    [InlineData("CooperativeStickyAssignor", null, "cooperative-sticky", false)]
    [InlineData("CooperativeStickyAssignor", "cooperative-sticky", "cooperative-sticky", true)]
    [InlineData("CooperativeStickyAssignor", "cooperative-sticky", "cooperative-sticky", false)]
    [InlineData("RoundRobinAssignor", "roundrobin", "roundrobin", true)]
    public async Task Shares_with_a_Java_consumer(string javas, string? ours, string agreed, bool weLead)
    {
        var cluster = await kafka.ClusterAsync();
        using var folder = new TemporaryFolder("mixed");
        var topic = $"t{Guid.NewGuid():N}";
        await cluster.Client.CreateTopicAsync(topic, 6, null, Ct);
        var options = new GroupOptions { GroupId = topic, HeartbeatInterval = TimeSpan.FromMilliseconds(300) };
        options = ours is null ? options : options with { Assignors = [Assignors.All.Single(a => a.Name == ours)] };
        string[] consumer =
        [
            KafkaDistribution.Require("3.9.1").Tool("kafka-console-consumer.sh"), "--bootstrap-server", cluster.BootstrapServers, "--topic",
            topic, "--group", topic, "--consumer-property", $"partition.assignment.strategy={JavaPackage}{javas}", "--consumer-property",
            "heartbeat.interval.ms=300", "--consumer-property", "client.id=java",
        ];

        await SharesAsync(cluster, folder, topic, options, consumer, agreed, weLead);
    }

    [KafkaTheory("3.9.1")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shares_with_MirrorMaker_1(bool weLead)
    {
        var cluster = await kafka.ClusterAsync();
        using var folder = new TemporaryFolder("mixed");
        var topic = $"t{Guid.NewGuid():N}";
        await cluster.Client.CreateTopicAsync(topic, 6, null, Ct);
        await File.WriteAllTextAsync(
            folder.File("consumer.properties"),
            $"bootstrap.servers={cluster.BootstrapServers}\ngroup.id={topic}\nheartbeat.interval.ms=300\n", Ct);
        await File.WriteAllTextAsync(folder.File("producer.properties"), $"bootstrap.servers={cluster.BootstrapServers}\n", Ct);
        string[] mirrorMaker =
        [
            KafkaDistribution.Require("3.9.1").Tool("kafka-mirror-maker.sh"), "--consumer.config", folder.File("consumer.properties"),
            "--producer.config", folder.File("producer.properties"), "--include", topic,
        ];

        await SharesAsync(
            cluster, folder, topic, new GroupOptions { GroupId = topic, HeartbeatInterval = TimeSpan.FromMilliseconds(300) }, mirrorMaker,
            "range", weLead);
    }

    /// <summary>
    /// A group that its members move to the protocol of KIP-848 takes classic members in meanwhile; the broker then makes the assignments.
    /// </summary>
    [KafkaFact("4.3.1")]
    public async Task Shares_with_a_member_of_the_consumer_protocol()
    {
        var cluster = await kafka.ClusterAsync();
        using var folder = new TemporaryFolder("mixed");
        var topic = $"t{Guid.NewGuid():N}";
        await cluster.Client.CreateTopicAsync(topic, 6, null, Ct);
        await using var java = ChildProcess.Start(
            folder.File("java"),
            [
                KafkaDistribution.Require("4.3.1").Tool("kafka-console-consumer.sh"), "--bootstrap-server", cluster.BootstrapServers,
                "--topic", topic, "--group", topic, "--command-property", "group.protocol=consumer",
            ],
            new Dictionary<string, string> { ["KAFKA_HEAP_OPTS"] = "-Xmx256m", ["LOG_DIR"] = folder.Path },
            separateErrors: false);
        await using var client = LiveMember.Connect(cluster, "observer");
        var admin = new AdminClient(client, TimeProvider.System);
        await Eventually.ValueAsync(
            "the Java member",
            Within,
            async ct => (await admin.DescribeConsumerGroupsAsync([topic], ct))[0],
            group => group.Members.Sum(m => m.Assignment.TopicPartitions.Sum(t => t.Partitions.Count)) == 6,
            Ct);

        await using var member = new LiveMember(cluster,
            new GroupOptions { GroupId = topic, HeartbeatInterval = TimeSpan.FromMilliseconds(300) }, topic);
        await member.OwnsAsync(3);
        java.Signal(ProcessSignal.Terminate);

        await member.OwnsAsync(6);
        Assert.DoesNotContain(member.Listener.Events, e => e.StartsWith("lost", StringComparison.Ordinal));
    }

    private static async Task SharesAsync(
        KafkaCluster cluster, TemporaryFolder folder, string topic, GroupOptions options, string[] command, string agreed, bool weLead)
    {
        await using var client = LiveMember.Connect(cluster, "observer");
        var admin = new AdminClient(client, TimeProvider.System);
        var us = weLead ? new LiveMember(cluster, options, topic) : null;
        if (us is not null)
        {
            await us.OwnsAsync(6);
        }

        await using var java = ChildProcess.Start(
            folder.File("java"), command, new Dictionary<string, string> { ["KAFKA_HEAP_OPTS"] = "-Xmx256m", ["LOG_DIR"] = folder.Path },
            separateErrors: false);
        await SharedAsync(admin, topic, us is null ? 1 : 2, java);
        await using var member = us ??= new LiveMember(cluster, options, topic);
        await member.OwnsAsync(3);
        var group = await SharedAsync(admin, topic, 2, java);

        Assert.Equal(agreed, group.Protocol);
        Assert.Equal(weLead, member.Group.Membership.IsLeader);
        Assert.Equal(6, group.Shares.SelectMany(s => s.Value).Distinct().Count());
        Assert.All(group.Shares.Values, share => Assert.Equal(3, share.Count));
        Assert.Equal(member.Listener.Owned, group.Shares[member.Group.Membership.MemberId]);

        java.Signal(ProcessSignal.Terminate);
        await member.OwnsAsync(6);
        Assert.DoesNotContain(member.Listener.Events, e => e.StartsWith("lost", StringComparison.Ordinal));
        if (weLead)
        {
            var eager = options.Assignors.Any(a => !a.SupportsCooperative);
            Assert.Equal(eager,
                member.Listener.Events.Any(e => e.StartsWith("revoked", StringComparison.Ordinal) && e.Split(' ').Length == 1 + 6));
        }
    }

    /// <summary>Waits until the group is stable with so many members that all have a share.</summary>
    private static Task<Group> SharedAsync(AdminClient admin, string group, int members, ChildProcess java) => Eventually.ValueAsync(
        $"{members} members with shares",
        Within,
        async ct =>
        {
            var described = (await admin.DescribeGroupsAsync([group], ct))[0];
            return new Group(
                described.GroupState,
                described.ProtocolData,
                described.Members.ToDictionary(m => m.MemberId,
                    m => m.MemberAssignment.IsEmpty ? [] : ConsumerProtocol.ReadAssignment(m.MemberAssignment)),
                java);
        },
        seen => seen.State == "Stable" && seen.Shares.Count == members && seen.Shares.Values.All(s => s.Count == 6 / members),
        Ct);

    private sealed record Group(string State, string Protocol, Dictionary<string, List<TopicPartition>> Shares, ChildProcess Java)
    {
        public override string ToString() =>
            $"{State} {Protocol}\n{string.Join('\n', Shares.Select(s => $"{s.Key}: {string.Join(' ', s.Value)}"))}\n{Java.Tail()}";
    }
}
