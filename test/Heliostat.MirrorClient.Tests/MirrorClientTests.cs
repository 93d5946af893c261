using System.Text.RegularExpressions;
using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.Policies;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Transport;
using Heliostat.Transport.Security;

namespace Heliostat.MirrorClient.Tests;

public sealed class MirrorClientTests
{
    private static CancellationToken Deadline => EmbeddedFixture.Deadline;

    [Fact]
    public async Task Topics_tell_where_they_came_from()
    {
        await using var fixture = await StartAsync("orders", "A.orders", "B.A.orders", "heartbeats", "A.heartbeats", "B.C.heartbeats",
            "A.checkpoints.internal", "mm2-offsets.A.internal");
        await using var client = new MirrorClient(MirrorClientOptions.For(fixture.Cluster.BootstrapServers));

        Assert.Equal(["A", "B", "C"], (await client.UpstreamClustersAsync(Deadline)).Order());
        Assert.Equal(["A.heartbeats", "B.C.heartbeats", "heartbeats"], (await client.HeartbeatTopicsAsync(Deadline)).Order());
        Assert.Equal(["A.checkpoints.internal"], await client.CheckpointTopicsAsync(Deadline));
        Assert.Equal(["A.heartbeats", "A.orders", "B.A.orders", "B.C.heartbeats"], (await client.RemoteTopicsAsync(Deadline)).Order());
        Assert.Equal(["B.A.orders", "B.C.heartbeats"], (await client.RemoteTopicsAsync("B", Deadline)).Order());
        Assert.Equal(1, await client.ReplicationHopsAsync("A", Deadline));
        Assert.Equal(2, await client.ReplicationHopsAsync("C", Deadline));
        Assert.Null(await client.ReplicationHopsAsync("D", Deadline));
    }

    [Fact]
    public async Task A_policy_that_keeps_names_knows_heartbeats_only()
    {
        await using var fixture = await StartAsync("orders", "heartbeats", "A.heartbeats");
        var options = MirrorClientOptions.For(fixture.Cluster.BootstrapServers);
        await using var client = new MirrorClient(options with { ReplicationPolicy = new IdentityReplicationPolicy(null) });
        await using var withAlias = new MirrorClient(options with { ReplicationPolicy = new IdentityReplicationPolicy("A") });

        Assert.Equal(["A.heartbeats"], await client.RemoteTopicsAsync(Deadline));
        Assert.Equal(["A.heartbeats", "orders"], (await withAlias.RemoteTopicsAsync(Deadline)).Order());
        Assert.Equal(["A"], await client.UpstreamClustersAsync(Deadline));
        Assert.Equal(1, await client.ReplicationHopsAsync("A", Deadline));
    }

    [Fact]
    public async Task A_group_goes_on_where_its_newest_checkpoints_say()
    {
        await using var fixture = await StartAsync("A.checkpoints.internal");
        await WriteAsync(fixture, new("billing", new("A.orders", 0), 10, 100, ""), new("billing", new("A.orders", 1), 20, 200, "note"),
            new("billing-2", new("A.orders", 0), 1, 2, ""), new("billing", new("A.orders", 0), 11, 101, ""));
        await fixture.WriteAsync("A.checkpoints.internal", 0, ("not", "a checkpoint"));
        await using var client = new MirrorClient(MirrorClientOptions.For(fixture.Cluster.BootstrapServers));

        var offsets = await client.RemoteConsumerOffsetsAsync("billing", "A", Deadline);
        Assert.Equal(new() { [new("A.orders", 0)] = new(101), [new("A.orders", 1)] = new(200, -1, "note") }, offsets.ToDictionary());
        Assert.Empty(await client.RemoteConsumerOffsetsAsync("nobody", "A", Deadline));

        Assert.Equal(["billing", "billing-2"],
            (await client.RemoteConsumerOffsetsAsync(new Regex("billing.*"), "A", Deadline)).Keys.Order());
        Assert.Equal(["billing"], (await client.RemoteConsumerOffsetsAsync(new Regex("b|billing"), "A", Deadline)).Keys);
        Assert.Equal(["billing"], (await client.RemoteConsumerOffsetsAsync(new Regex("BILLING # all",
            RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace), "A", Deadline)).Keys);
        Assert.Empty(await client.RemoteConsumerOffsetsAsync(new Regex("illing"), "A", Deadline));
    }

    [Fact]
    public async Task Checkpoints_that_cannot_be_read_in_time_are_an_error_and_not_half_an_answer()
    {
        await using var fixture = await StartAsync("A.checkpoints.internal");
        await WriteAsync(fixture, new Checkpoint("billing", new("A.orders", 0), 10, 100, ""));
        await using var client = new MirrorClient(MirrorClientOptions.For(fixture.Cluster.BootstrapServers));
        await using var hasty = new MirrorClient(MirrorClientOptions.For(fixture.Cluster.BootstrapServers) with
        {
            Timeout = TimeSpan.FromSeconds(0.5)
        });
        using var over = new CancellationTokenSource();
        using var fault = fixture.Cluster.Faults.Hold(ApiKey.Fetch, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token));

        var error = await Assert.ThrowsAsync<KafkaTimeoutException>(() => hasty.RemoteConsumerOffsetsAsync("billing", "A", Deadline));

        Assert.Equal(
            "target: A.checkpoints.internal was not read to its end within 0.5 s: 0 records so far, and nothing is concluded from them",
            error.Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.RemoteConsumerOffsetsAsync("billing", "A",
            new CancellationToken(canceled: true)));
        await over.CancelAsync();
    }

    [Fact]
    public async Task A_cluster_that_cannot_be_reached_is_named_with_the_cause()
    {
        using var closed = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork,
            System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        closed.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using var client = new MirrorClient(MirrorClientOptions.For(closed.LocalEndPoint!.ToString()!) with
        {
            Timeout = TimeSpan.FromSeconds(5)
        });

        var error = await Assert.ThrowsAsync<KafkaConnectionException>(() => client.RemoteConsumerOffsetsAsync("billing", "A", Deadline));

        Assert.Equal($"target: cannot reach {closed.LocalEndPoint}: connection refused", error.Message);
    }

    [Fact]
    public async Task No_checkpoints_from_a_source_is_an_error_that_names_the_topic()
    {
        await using var fixture = await StartAsync();
        await using var client = new MirrorClient(MirrorClientOptions.For(fixture.Cluster.BootstrapServers));

        var error = await Assert.ThrowsAsync<KafkaErrorException>(() => client.RemoteConsumerOffsetsAsync("billing", "A", Deadline));

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, error.Code);
        Assert.Contains("A.checkpoints.internal", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offsets_are_translated_exactly_both_ways()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(OffsetMapKey.Topic("A"), 5, 1),
            new EmbeddedTopic("A.orders", 2, 1), new EmbeddedTopic("B.orders", 1, 1));
        var map = new OffsetMap(new TopicPartition("orders", 0));
        map.Append(1000, 0, 5);
        map.Append(1010, 6, 5);
        await WriteAsync(fixture, map);
        map.Append(1020, 11, 5);
        await WriteAsync(fixture, map);
        await fixture.WriteAsync("A.orders", 0, [.. Enumerable.Range(0, 16).Select(n => ((string?)$"{n}", (string?)"v"))]);
        fixture.Cluster.RaiseLogStart("A.orders", 0, 2);
        await using var client = new MirrorClient(MirrorClientOptions.For(fixture.Cluster.BootstrapServers));

        var target = await client.TranslateToTargetAsync("A", Offsets(("orders", 0, 1007), ("orders", 1, 5), ("payments", 0, 5)), Deadline);
        Assert.Equal(new PartitionTranslation(new TopicPartition("orders", 0), new("A.orders", 0), new(6, TranslationPrecision.Exact)),
            target[new("orders", 0)]);
        Assert.Equal(new PartitionTranslation(new TopicPartition("orders", 1), new("A.orders", 1), null), target[new("orders", 1)]);
        Assert.Null(target[new("payments", 0)].Offset);
        Assert.Equal(new(2, TranslationPrecision.Exact),
            (await client.TranslateToTargetAsync("A", Offsets(("orders", 0, 1000)), Deadline))[new("orders", 0)].Offset);
        Assert.Equal(new(16, TranslationPrecision.AfterLast),
            (await client.TranslateToTargetAsync("A", Offsets(("orders", 0, 1025)), Deadline))[new("orders", 0)].Offset);

        var source = await client.TranslateToSourceAsync("A", Offsets(("A.orders", 0, 5), ("B.orders", 0, 5), ("orders", 0, 5)), Deadline);
        Assert.Equal(new PartitionTranslation(new TopicPartition("orders", 0), new("A.orders", 0), new(1010, TranslationPrecision.Exact)),
            source[new("A.orders", 0)]);
        Assert.Null(source[new("B.orders", 0)].Offset);
        Assert.Equal(new PartitionTranslation(null, new("orders", 0), null), source[new("orders", 0)]);
        Assert.Empty(await client.TranslateToSourceAsync("A", Offsets(), Deadline));
    }

    [Fact]
    public async Task Without_an_offset_map_nothing_is_translated()
    {
        await using var fixture = await StartAsync("A.orders");
        await using var client = new MirrorClient(MirrorClientOptions.For(fixture.Cluster.BootstrapServers));

        var error =
            await Assert.ThrowsAsync<KafkaErrorException>(() => client.TranslateToTargetAsync("A", Offsets(("orders", 0, 1007)), Deadline));

        Assert.Equal("target: topic heliostat-offset-map.A.internal cannot be read: UNKNOWN_TOPIC_OR_PARTITION", error.Message);
    }

    [Fact]
    public async Task A_properties_file_as_Kafkas_tools_take_it_is_enough_with_security_and_a_policy()
    {
        using var folder = new TemporaryFolder("mirror-client");
        using var authority = TestAuthority.Root();
        var (trust, file) = (folder.File("trust.pem"), folder.File("client.properties"));
        await File.WriteAllTextAsync(trust, authority.Certificate.ExportCertificatePem());
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                Topics = [new("orders", 1), new("A-heartbeats", 1), new("A-checkpoints-internal", 1)],
                Users = new Dictionary<string, string> { ["alice"] = "hunter2" },
                Listeners =
                [
                    new EmbeddedListener("PLAINTEXT"),
                    new EmbeddedListener("SASL_SSL")
                    {
                        Tls = new TlsServerOptions { Certificate = authority.Issue("CN=broker") },
                        SaslMechanisms = ["SCRAM-SHA-512"]
                    },
                ],
            },
            Deadline);
        await File.WriteAllTextAsync(
            file,
            $"""
            bootstrap.servers = {cluster.BootstrapServersOf("SASL_SSL")}
            security.protocol = SASL_SSL
            ssl.truststore.type = PEM
            ssl.truststore.location = {trust}
            sasl.mechanism = SCRAM-SHA-512
            sasl.jaas.config = org.apache.kafka.common.security.scram.ScramLoginModule required username="alice" password="hunter2";
            replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy
            replication.policy.separator = -
            source.cluster.alias = A
            """);
        var options = MirrorClientOptions.FromFile(file);
        await using var client = new MirrorClient(options);

        Assert.Equal(["A-heartbeats", "orders"], (await client.RemoteTopicsAsync("A", Deadline)).Order());
        Assert.Empty(await client.RemoteConsumerOffsetsAsync("billing", "A", Deadline));
        Assert.DoesNotContain("hunter2", $"{options}", StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_wrong_in_a_file_comes_at_once_as_any_other_error_of_these_libraries()
    {
        using var folder = new TemporaryFolder("mirror-client");
        var file = folder.File("client.properties");
        File.WriteAllText(file, "security.protocol=TLS\nreplication.policy.class=com.example.Policy\n");

        var error = Assert.ThrowsAny<KafkaException>(() => MirrorClientOptions.FromFile(file));

        Assert.All(["bootstrap.servers", "security.protocol", "replication.policy.class"],
            key => Assert.Contains(key, error.Message, StringComparison.Ordinal));
        Assert.ThrowsAny<KafkaException>(() => MirrorClientOptions.FromFile(folder.File("nothing")));
    }

    [Theory]
    [InlineData("localhost:9092", "localhost:9092")]
    [InlineData(" a:1 , [::1]:2,b:3 ", "a:1 ::1:2 b:3")]
    public void Bootstrap_servers_are_hosts_and_ports(string servers, string expected) =>
        Assert.Equal(expected,
            string.Join(' ', MirrorClientOptions.For(servers).Client.BootstrapServers.Select(s => $"{s.Host}:{s.Port}")));

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData(":9092")]
    [InlineData("::1:9092")]
    [InlineData("localhost:99999")]
    [InlineData("a:1,b")]
    public void What_is_no_server_is_refused(string servers) => Assert.Throws<ArgumentException>(() => MirrorClientOptions.For(servers));

    private static Task<EmbeddedFixture> StartAsync(params string[] topics) =>
        EmbeddedFixture.StartAsync([.. topics.Select(name => new EmbeddedTopic(name, 1, 1))]);

    private static Task<long> WriteAsync(EmbeddedFixture fixture, params Checkpoint[] checkpoints) =>
        fixture.WriteAsync("A.checkpoints.internal", 0, [.. checkpoints.Select(c => ((byte[]?)c.WriteKey(), (byte[]?)c.WriteValue()))]);

    private static async Task WriteAsync(EmbeddedFixture fixture, OffsetMap map)
    {
        var changes = map.Changes();
        foreach (var change in changes)
        {
            await fixture.WriteAsync(OffsetMapKey.Topic("A"), change.Key.PartitionAmong(5), [(change.Key.Write(), change.Value)]);
        }

        map.Written(changes);
    }

    private static Dictionary<TopicPartition, long> Offsets(params (string Topic, int Partition, long Offset)[] offsets) =>
        offsets.ToDictionary(o => new TopicPartition(o.Topic, o.Partition), o => o.Offset);
}
