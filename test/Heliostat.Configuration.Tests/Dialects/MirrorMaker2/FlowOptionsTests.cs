using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Protocol.Compression;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

public sealed class FlowOptionsTests
{
    [Fact]
    public void A_flow_has_the_defaults_of_MirrorMaker_2_and_quicker_refreshes()
    {
        var file = Configurations.GoodWith("").ToFile();

        Assert.Equal(["A", "B"], file.Clusters.Select(c => c.Alias));
        Assert.Equal(["A->B", "B->A"], file.Flows.Select(f => f.Name.ToString()));
        var flow = file.Flows[0];
        Assert.True(flow.Enabled);
        Assert.Equal(new NamingOptions
        {
            Policy = ReplicationPolicyKind.Default,
            SourceAlias = "A",
            TargetAlias = "B",
            Separator = ".",
            InternalSeparator = "."
        }, flow.Naming);
        Assert.Equal(2, flow.Topics.ReplicationFactor);
        Assert.Equal(TimeSpan.FromSeconds(3), flow.Topics.RefreshInterval);
        Assert.Equal(8, flow.Topics.ConfigPropertiesExclude.Count);
        Assert.Equal(new OffsetSyncOptions { Enabled = true, Location = OffsetSyncsLocation.Source, ReplicationFactor = 3, LagMax = 100 },
            flow.OffsetSyncs);
        Assert.Equal(TimeSpan.FromSeconds(5), flow.Groups.CheckpointInterval);
        Assert.Null(flow.Groups.OffsetSyncInterval);
        Assert.Equal(new HeartbeatOptions { Interval = TimeSpan.FromSeconds(1), ReplicationFactor = 3 }, flow.Heartbeats);
        Assert.Equal("A-mm2", flow.Worker.GroupId);
        Assert.Equal("mm2-offsets.A.internal", flow.Worker.OffsetsTopic);
        Assert.Equal(25, flow.Worker.OffsetsTopicPartitions);
        Assert.Equal("MirrorSourceConnector", flow.Worker.ConnectorName);
        Assert.Equal("a:9092", Bootstrap.Text(flow.SourceConsumer.Client.BootstrapServers[0]));
        Assert.Equal("b:9092", Bootstrap.Text(flow.DataProducer.Client.BootstrapServers[0]));
        Assert.Equal("a:9092", Bootstrap.Text(flow.OffsetSyncsProducer.Client.BootstrapServers[0]));
        Assert.Equal("b:9092", Bootstrap.Text(flow.TargetAdmin.BootstrapServers[0]));
        Assert.Equal(5, flow.DataProducer.Producer.MaxInFlight);
        Assert.False(file.Flows[1].Enabled);
    }

    [Theory]
    [InlineData("orders", true)]
    [InlineData("billing.internal", true)]
    [InlineData("mm2-offsets.A.internal", false)]
    [InlineData("x.replica", false)]
    [InlineData("__consumer_offsets", false)]
    public void The_default_selection_is_that_of_4_3_1(string topic, bool mirrored)
    {
        Assert.Equal(mirrored, Configurations.GoodWith("").ToFile().Flows[0].Selection.Includes(topic));
    }

    [Fact]
    public void What_is_written_holds()
    {
        var flow = Configurations.GoodWith(
            """
            refresh.topics.interval.seconds = 600
            sync.topic.acls.enabled = false
            A->B.sync.group.offsets.enabled = true
            A->B.offset-syncs.topic.location = target
            A->B.replication.policy.separator = _
            replication.policy.internal.topic.separator.enabled = false
            A.consumer.isolation.level = read_uncommitted
            A.consumer.fetch.max.bytes = 77
            A->B.producer.override.compression.type = zstd
            A.client.id = reader
            B.exactly.once.source.support = ENABLED
            offset.storage.segment.bytes = 1000
            offset.storage.cleanup.policy = delete
            B.offset.flush.interval.ms = 250
            emit.heartbeats.enabled = false
            tasks.max = 7
            heliostat.sync.topic.acls.prefixed.enabled = true
            A->B.heliostat.sync.topic.acls.removal.enabled = true
            """).ToFile().Flows.Single();

        Assert.Equal(TimeSpan.FromMinutes(10), flow.Topics.RefreshInterval);
        Assert.Null(flow.Topics.AclSyncInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), flow.Groups.OffsetSyncInterval);
        Assert.Equal(OffsetSyncsLocation.Target, flow.OffsetSyncs.Location);
        Assert.Equal("b:9092", Bootstrap.Text(flow.OffsetSyncsProducer.Client.BootstrapServers[0]));
        Assert.Equal(("_", "."), (flow.Naming.Separator, flow.Naming.InternalSeparator));
        Assert.Equal(IsolationLevel.ReadUncommitted, flow.SourceConsumer.Fetch.IsolationLevel);
        Assert.Equal(77, flow.SourceConsumer.Fetch.MaxBytes);
        Assert.Equal(CompressionCodec.Zstd, flow.DataProducer.Codec);
        Assert.Null(flow.OffsetSyncsProducer.Codec);
        Assert.Equal(ExactlyOnceSourceSupport.Enabled, flow.Worker.ExactlyOnce);
        Assert.Equal([new("segment.bytes", "1000")], flow.Worker.OffsetsTopicConfigs);
        Assert.Equal(TimeSpan.FromMilliseconds(250), flow.Worker.OffsetFlushInterval);
        Assert.Null(flow.Heartbeats.Interval);
        Assert.Equal(7, flow.Worker.Slots);
        Assert.True(flow.Topics.SyncPrefixedAcls);
        Assert.True(flow.Topics.RemoveAcls);
    }

    [Theory]
    [InlineData("emit.checkpoints.enabled = false")]
    [InlineData("emit.offset-syncs.enabled = false")]
    public void Without_checkpoints_no_group_offsets_are_written(string switched)
    {
        var read = Configurations.GoodWith($"A->B.sync.group.offsets.enabled = true\n{switched}");

        Assert.Null(read.ToFile().Flows[0].Groups.OffsetSyncInterval);
        Assert.StartsWith("5: A->B.sync.group.offsets.enabled: has no effect on A->B", Assert.Single(read.Warnings.Lines()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Only_flows_into_the_asked_clusters_run_here()
    {
        var content =
            "clusters = A, B, C\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\nB->A.enabled = "
                + "true\nA->C.enabled = true\nemit.heartbeats.enabled = false\n";

        Assert.Equal(["A->B"], Configurations.Read(content, "B").ToFile().Flows.Select(f => f.Name.ToString()));
        Assert.StartsWith("C.bootstrap.servers: is missing",
            Assert.Single(Configurations.Read(content, "C").Errors).ToString().Split(": ", 2)[1], StringComparison.Ordinal);
        Assert.Contains("--clusters: 'D' is not one of the clusters: A, B, C", Configurations.Read(content, "D").Errors.Lines());
        Assert.Contains("--clusters: 'D' is not one of the clusters: A, B, C", Configurations.Read(content, "D", "B").Warnings.Lines());
        Assert.Empty(Configurations.Read(content, "D", "B").Errors);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_key_without_effect_can_be_deleted(int seed)
    {
        var generator = new RandomFiles(new Random(seed));
        var deleted = 0;
        for (var i = 0; i < 4; i++)
        {
            var lines = generator.Next().Split('\n');
            var read = Configurations.Read(string.Join('\n', lines));
            var before = Effects(read);
            foreach (var warning in read.Warnings.Where(w => w.Message.StartsWith("has no effect: ", StringComparison.Ordinal)))
            {
                var line = lines[warning.Line - 1];
                lines[warning.Line - 1] = "";
                Assert.True(before.SequenceEqual(Effects(Configurations.Read(string.Join('\n', lines)))),
                    $"seed {seed}: '{line}' {warning.Message}\n{string.Join('\n', lines)}");
                lines[warning.Line - 1] = line;
                deleted++;
            }
        }

        Assert.True(deleted > 30, $"only {deleted} keys were without effect");
    }

    private static string[] Effects(MirrorMaker2Configuration read) =>
    [
        .. from flow in read.Flows
           from reader in read.Explain(flow).Readers
           from setting in reader.Settings
           where setting.WrittenAs is not null && setting.NoEffect is null
           select $"{flow} {reader.Name} {setting.Key}={setting.Value}",
    ];
}
