using System.Net;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Options;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.Connect;

public sealed class ConnectWorkerFileTests : IDisposable
{
    private const string Worker = """
        bootstrap.servers = east:9092
        group.id = mirrors
        config.storage.topic = configs
        offset.storage.topic = offsets
        offset.storage.partitions = 7
        status.storage.topic = status
        status.storage.replication.factor = -1
        listeners = http://:8083
        producer.linger.ms = 20
        consumer.max.poll.records = 1
        key.converter = org.apache.kafka.connect.json.JsonConverter
        """;

    private static readonly Dictionary<string, string> Source = new()
    {
        ["connector.class"] = "MirrorSourceConnector",
        ["source.cluster.alias"] = "west",
        ["target.cluster.alias"] = "east",
        ["source.cluster.bootstrap.servers"] = "west:9092",
        ["target.cluster.bootstrap.servers"] = "east-bootstrap:9092",
        ["topics"] = "orders",
        ["groups"] = "of nobody: a source connector has none",
        ["source.consumer.fetch.min.bytes"] = "77",
    };

    private readonly TemporaryFolder _folder = new("worker");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_worker_is_read_as_connect_distributed_reads_it()
    {
        var file = Load(Worker);

        Assert.Equal("mirrors", file.GroupId);
        Assert.Equal(new ConnectTopic("configs", 1, 3, "config.storage.replication.factor"), file.ConfigTopic);
        Assert.Equal(new ConnectTopic("status", 5, -1, "status.storage.replication.factor"), file.StatusTopic);
        Assert.Equal([new IPEndPoint(IPAddress.Any, 8083)], file.Api.Listeners);
        Assert.EndsWith(":8083", file.WorkerIdAt(null), StringComparison.Ordinal);
        Assert.DoesNotContain("0.0.0.0", file.WorkerIdAt(null), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1:8084", file.WorkerIdAt(new IPEndPoint(IPAddress.Loopback, 8084)));
        var named = Load(Worker + "\nrest.advertised.host.name=pod-0.connect\nrest.advertised.port=1");
        Assert.Equal("pod-0.connect:1", named.WorkerIdAt(new IPEndPoint(IPAddress.Loopback, 8084)));
    }

    [Fact]
    public void What_is_missing_is_told_at_once()
    {
        var failure = Assert.Throws<ConfigurationException>(() =>
            Load("bootstrap.servers = east:9092\nstatus.storage.partitions = many\nlisteners = ftp://x:1\n"));

        Assert.Equal(
            ["config.storage.topic", "group.id", "listeners", "offset.storage.topic", "status.storage.partitions", "status.storage.topic"],
            failure.Problems.Select(problem => problem.Key!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Listeners_with_https_need_a_certificate()
    {
        var secured = Worker.Replace("listeners = http://:8083", "listeners = https://:8443", StringComparison.Ordinal);

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => Load(secured)).Problems);

        Assert.Equal("listeners", problem.Key);
        Assert.StartsWith("'https://:8443' needs heliostat.api.certificate.file: ", problem.Message, StringComparison.Ordinal);
        Assert.Equal("0.0.0.0:8443", $"{Load($"{secured}\nheliostat.api.certificate.file = api.pem\n").Api.Listeners![0]}");
    }

    [Fact]
    public void Connectors_are_a_flow_whose_positions_are_under_the_name_of_the_source_connector()
    {
        var checkpoint = new Dictionary<string, string>(Source) { ["groups"] = "shop", ["sync.group.offsets.enabled"] = "true" };
        var flow = Read(new MirrorConnectors(new FlowName("west", "east"))
        {
            Source = new WrittenConnector("my-mirror", Source),
            Checkpoint = new WrittenConnector("my-groups", checkpoint)
        });

        Assert.Equal("west->east", flow.Name.ToString());
        Assert.True(flow.Enabled);
        Assert.Equal(("my-mirror", "offsets", 7),
            (flow.Worker.ConnectorName, flow.Worker.OffsetsTopic, flow.Worker.OffsetsTopicPartitions));
        Assert.Equal(("mirrors", "mirrors-my-mirror"), (flow.Worker.GroupId, flow.Worker.ShareGroupId));
        Assert.Equal("west:9092",
            $"{flow.SourceConsumer.Client.BootstrapServers[0].Host}:{flow.SourceConsumer.Client.BootstrapServers[0].Port}");
        Assert.All([flow.DataProducer.Client, flow.TargetAdmin, flow.TargetConsumer.Client],
            client => Assert.Equal("east", client.BootstrapServers[0].Host));
        Assert.Equal(TimeSpan.FromMilliseconds(20), flow.DataProducer.Linger);
        Assert.Equal(77, flow.SourceConsumer.Fetch.MinBytes);
        Assert.True(flow.Groups.Groups.Includes("shop"));
        Assert.False(flow.Groups.Groups.Includes("of nobody: a source connector has none"));
        Assert.NotNull(flow.Groups.OffsetSyncInterval);
        Assert.Null(flow.Heartbeats.Interval);
    }

    [Fact]
    public void What_no_connector_does_is_not_done()
    {
        var alone = Read(new MirrorConnectors(new FlowName("west", "east")) { Source = new WrittenConnector("my-mirror", Source) });
        var beats = Read(new MirrorConnectors(new FlowName("west", "east")) { Heartbeat = new WrittenConnector("beats", Source) });

        Assert.Null(alone.Groups.CheckpointInterval);
        Assert.False(beats.Enabled);
        Assert.NotNull(beats.Heartbeats.Interval);
    }

    [Theory]
    [InlineData("tasks.max", "x", "tasks.max: 'x' is not a whole number")]
    [InlineData("source.cluster.bootstrap.servers", "", "bootstrap.servers")]
    public void What_is_wrong_with_a_connector_is_found(string key, string value, string has)
    {
        var wrong = new Dictionary<string, string>(Source) { [key] = value };

        var read = Load(Worker).Flow(new MirrorConnectors(new FlowName("west", "east"))
        {
            Source = new WrittenConnector("my-mirror", wrong)
        });

        Assert.Contains(read.Errors, problem => $"{problem}".Contains(has, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "may not be loaded: 'heliostat.plugin.path' names no folder")]
    [InlineData("\nheliostat.plugin.path = /", "may not be loaded")]
    [InlineData("\nplugin.path = /dev", "does not lie below 'heliostat.plugin.path' (/dev)")]
    [InlineData("\nplugin.path = /", "is no plug-in: it is not built with Heliostat.Plugins")]
    public void A_plug_in_of_a_connector_lies_where_the_worker_says_and_not_where_the_connector_does(string worker, string has)
    {
        var config = new Dictionary<string, string>(Source)
        {
            ["transforms"] = "p",
            ["transforms.p.type"] = "heliostat.Plugin",
            ["transforms.p.assembly"] = typeof(FactAttribute).Assembly.Location,
            ["transforms.p.class"] = "X",
            ["heliostat.plugin.path"] = "/",
            ["source.cluster.heliostat.plugin.path"] = "/",
        };

        var read = Load(Worker + worker).Flow(new MirrorConnectors(new FlowName("west", "east"))
        {
            Source = new WrittenConnector("my-mirror", config)
        });

        Assert.Contains(has, Assert.Single(read.Errors.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void Whose_JVM_and_class_path_it_is_is_the_workers_to_say()
    {
        var config = new Dictionary<string, string>(Source)
        {
            ["transforms"] = "p",
            ["transforms.p.type"] = "org.example.Mine",
            ["heliostat.java.home"] = "/tmp",
            ["heliostat.java.classpath"] = "/",
            ["source.cluster.heliostat.java.classpath"] = "/",
        };

        var read = Load(Worker).Flow(new MirrorConnectors(new FlowName("west", "east"))
        {
            Source = new WrittenConnector("my-mirror", config)
        });

        Assert.Contains("a Java class needs its jar and Kafka's in heliostat.java.classpath", Assert.Single(read.Errors.Lines()),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source.cluster.sasl.jaas.config", "org.example.Login required password=\"x\";", true)]
    [InlineData("source.consumer.ssl.key.password", "x", true)]
    [InlineData("source.cluster.ssl.key.password", "${file:/a:b}", false)]
    [InlineData("topics", "x", false)]
    [InlineData("transforms.seal.key.k1", "x", true)]
    [InlineData("transforms.seal.key.id", "k1", false)]
    [InlineData("transforms.key.type", "x", false)]
    [InlineData("transforms.hash.key", "x", true)]
    [InlineData("source.cluster.basic.auth.user.info", "me:x", true)]
    [InlineData("target.cluster.schema.registry.basic.auth.user.info", "me:x", true)]
    [InlineData("target.cluster.bearer.auth.token", "x", true)]
    [InlineData("source.cluster.schema.registry.url", "http://me:x@a:8081", true)]
    [InlineData("source.cluster.schema.registry.url", "http://a:8081", false)]
    public void Secrets_are_known(string key, string value, bool isSecret) =>
        Assert.Equal(isSecret, ConnectWorkerFile.IsSecret(key, value));

    private FlowOptions Read(MirrorConnectors connectors)
    {
        var file = Load(Worker);
        var read = file.Flow(connectors);
        Assert.Equal("", string.Join('\n', read.Errors));
        return file.Runnable(connectors, read);
    }

    private ConnectWorkerFile Load(string text)
    {
        var path = _folder.File("worker.properties");
        File.WriteAllText(path, text);
        return ConnectWorkerFile.Load(path);
    }
}
