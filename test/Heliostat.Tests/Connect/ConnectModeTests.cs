using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;
using Heliostat.Tests.Structure;

namespace Heliostat.Tests.Connect;

/// <summary><c>heliostat connect</c> as tools of Kafka Connect call it: the codes are those of a worker of 4.3.1, asked the same.</summary>
public sealed class ConnectModeTests : IAsyncLifetime, IDisposable
{
    private const string Source = "/connectors/west-%3Eeast.MirrorSourceConnector";
    private const string Checkpoint = "/connectors/west-%3Eeast.MirrorCheckpointConnector";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly TemporaryFolder _folder = new("connect");
    private HttpClient _http = new();
    private EmbeddedTestCluster _west = null!;
    private EmbeddedTestCluster _east = null!;
    private HeliostatProcess _program = null!;
    private string _worker = "";

    public async Task InitializeAsync()
    {
        _west = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        _east = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await _west.Client.CreateTopicAsync("orders", 2, null, Ct);
        await _west.Client.GenerateAsync("orders", new GeneratedLoad { Count = 200 }, Ct);
        _http.BaseAddress = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        _worker = _folder.File("worker.properties");
        await File.WriteAllTextAsync(_worker, $"""
            bootstrap.servers={_east.BootstrapServers}
            group.id=connect-cluster
            listeners={_http.BaseAddress.GetLeftPart(UriPartial.Authority)}
            config.storage.topic=connect-configs
            offset.storage.topic=connect-offsets
            status.storage.topic=connect-status
            config.storage.replication.factor=1
            offset.storage.replication.factor=1
            status.storage.replication.factor=1
            offset.flush.interval.ms=100
            """);
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _program.DisposeAsync();
        await _west.DisposeAsync();
        await _east.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    /// <summary>The calls of Strimzi's operator, and the codes that it takes; the second time nothing is to be done.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Strimzi_reconciles_twice_and_changes_nothing_the_second_time(bool inPod)
    {
        if (inPod)
        {
            await StartInPodAsync();
        }

        var wanted = new Dictionary<string, JsonObject>
        {
            [Source] = Config("Source", ("topics", "orders")),
            [Checkpoint] = Config("Checkpoint", ("groups", ".*"))
        };
        Assert.Equal((200, "[]"), await CallAsync("GET", "/connectors"));
        Assert.False(string.IsNullOrEmpty($"{(await JsonAsync("GET", "/"))["kafka_cluster_id"]}"));
        foreach (var (path, config) in wanted)
        {
            Assert.Equal(404, (await CallAsync("GET", path + "/config")).Status);
            var body = new JsonObject { ["name"] = Name(path), ["config"] = config.DeepClone(), ["initial_state"] = "RUNNING" };
            Assert.Equal(201, (await CallAsync("POST", "/connectors", body)).Status);
            Assert.Equal(409, (await CallAsync("POST", "/connectors", body.DeepClone())).Status);
        }

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(wanted.Keys.Select(Name).Order(StringComparer.Ordinal),
                (await JsonAsync("GET", "/connectors")).AsArray().Select(name => $"{name}"));
            foreach (var (path, config) in wanted)
            {
                var kept = (await JsonAsync("GET", path + "/config")).AsObject();
                var expected = config.DeepClone().AsObject();
                expected["name"] = Name(path);
                Assert.True(JsonNode.DeepEquals(expected, kept), $"{kept}");
                await StateAsync(path, "RUNNING");
                Assert.Equal(200, (await CallAsync("GET", path + "/topics")).Status);
            }
        }

        Assert.Equal(200, (await CallAsync("PUT", Source + "/config", Config("Source", ("topics", "orders|pay")))).Status);
        Assert.Equal("orders|pay", $"{(await JsonAsync("GET", Source + "/config"))["topics"]}");
        Assert.Equal(202, (await CallAsync("PUT", Source + "/pause")).Status);
        await StateAsync(Source, "PAUSED");
        Assert.Equal(202, (await CallAsync("PUT", Source + "/resume")).Status);
        await StateAsync(Source, "RUNNING");
        Assert.Contains((await CallAsync("POST", Source + "/restart?includeTasks=true&onlyFailed=true")).Status, (int[])[202, 204]);
        Assert.Equal(200, (await CallAsync("GET", "/connector-plugins")).Status);
        Assert.Equal(204, (await CallAsync("PUT", "/admin/loggers/root?scope=cluster", new JsonObject { ["level"] = "INFO" })).Status);
        Assert.Equal(204, (await CallAsync("PUT", Checkpoint + "/stop")).Status);
        await StateAsync(Checkpoint, "STOPPED");
        Assert.Equal(204, (await CallAsync("DELETE", Checkpoint)).Status);
        Assert.Equal([Name(Source)], (await JsonAsync("GET", "/connectors")).AsArray().Select(name => $"{name}"));
    }

    [Fact]
    public async Task A_worker_goes_on_with_the_connectors_of_the_one_before_it()
    {
        Assert.Equal(201, (await CallAsync("PUT", Source + "/config", Config("Source", ("topics", "orders")))).Status);
        await ArrivedAsync(200);
        Assert.Equal(204, (await CallAsync("PUT", Source + "/stop")).Status);
        var offset = new JsonObject
        {
            ["partition"] = new JsonObject { ["cluster"] = "west", ["topic"] = "orders", ["partition"] = 0 },
            ["offset"] = new JsonObject { ["offset"] = 9 }
        };
        Assert.Equal(200, (await CallAsync("PATCH", Source + "/offsets", new JsonObject { ["offsets"] = new JsonArray(offset) })).Status);
        Assert.Equal(0, await _program.StopAsync(Ct));
        await StartAsync();

        await StateAsync(Source, "STOPPED");
        await Eventually.ValueAsync(
            "the offset that was set", Patience, async _ => (await CallAsync("GET", Source + "/offsets")).Text,
            offsets => offsets.Contains("\"partition\":0,\"topic\":\"orders\"},\"offset\":{\"offset\":9}", StringComparison.Ordinal), Ct);
        Assert.Equal(202, (await CallAsync("PUT", Source + "/resume")).Status);
        var repeated = (await _west.Client.EndOffsetsAsync("orders", Ct))[0] - 10;
        await ArrivedAsync(200 + repeated);
        Assert.Equal(0, await _program.StopAsync(Ct));
        await StartAsync();

        await StateAsync(Source, "RUNNING");
        await _west.Client.GenerateAsync("orders", new GeneratedLoad { First = 200, Count = 50 }, Ct);
        await ArrivedAsync(250 + repeated);
        Assert.Equal(0, await _program.StopAsync(Ct));
        Assert.Equal(250 + repeated,
            (await _east.Client.ReadAsync("west.orders", new ReadOptions(), Ct)).Sum(partition => partition.Count));
    }

    /// <summary>As people split the topics of a cluster over connectors; what both match is mirrored once.</summary>
    [Fact]
    public async Task Source_connectors_of_one_pair_of_aliases_have_topics_and_states_of_their_own()
    {
        const string Second = "/connectors/west-%3Eeast.pay";
        await _west.Client.CreateTopicAsync("pay", 1, null, Ct);
        await _west.Client.GenerateAsync("pay", new GeneratedLoad { Count = 50 }, Ct);
        foreach (var (path, config) in ((string, JsonObject)[])
        [
            (Source, Config("Source", ("topics", "orders"))), (Second, Config("Source", ("topics", "pay,orders"))),
            (Checkpoint, Config("Checkpoint")),
        ])
        {
            Assert.Equal(201, (await CallAsync("PUT", path + "/config", config)).Status);
        }

        await ArrivedAsync(200);
        await ArrivedAsync(50, "west.pay");
        foreach (var path in (string[])[Source, Second, Checkpoint])
        {
            await StateAsync(path, "RUNNING");
        }

        Assert.Contains("\"west->east:pay\"", (await CallAsync("GET", "/api/v1/flows")).Text, StringComparison.Ordinal);
        var offsets = (await CallAsync("GET", Second + "/offsets")).Text;
        Assert.Contains("\"topic\":\"pay\"},\"offset\":{\"offset\":49}", offsets, StringComparison.Ordinal);
        Assert.DoesNotContain("orders", offsets, StringComparison.Ordinal);
        Assert.Equal(204, (await CallAsync("PUT", Second + "/stop")).Status);
        await _west.Client.GenerateAsync("pay", new GeneratedLoad { First = 50, Count = 10 }, Ct);
        await _west.Client.GenerateAsync("orders", new GeneratedLoad { First = 200, Count = 50 }, Ct);
        await ArrivedAsync(250);
        await ArrivedAsync(50, "west.pay");
        Assert.Equal(0, await _program.StopAsync(Ct));
        await StartAsync();

        await StateAsync(Source, "RUNNING");
        await StateAsync(Second, "STOPPED");
        Assert.Equal(202, (await CallAsync("PUT", Second + "/resume")).Status);
        await ArrivedAsync(60, "west.pay");
        Assert.Equal(0, await _program.StopAsync(Ct));
        Assert.Equal((250, 60), (await CountAsync("west.orders"), await CountAsync("west.pay")));

        async Task<long> CountAsync(string topic) =>
            (await _east.Client.ReadAsync(topic, new ReadOptions(), Ct)).Sum(partition => partition.Count);
    }

    /// <summary>What kcctl, kafka-ui and Redpanda Console ask for, in the order of a day's work.</summary>
    [Fact]
    public async Task Tools_that_people_have_find_what_they_ask_for()
    {
        var config = Config("Source", ("topics", "orders"));
        var create = new JsonObject { ["name"] = Name(Source), ["config"] = config.DeepClone() };
        var offsets = new JsonObject
        {
            ["offsets"] = new JsonArray(new JsonObject
            {
                ["partition"] = new JsonObject { ["cluster"] = "west", ["topic"] = "orders", ["partition"] = 0 },
                ["offset"] = null
            })
        };
        foreach (var (method, path, status, body) in ((string, string, int, JsonObject?)[])
        [
            ("GET", "/", 200, null), ("GET", "/connectors", 200, null), ("GET", "/connector-plugins", 200, null),
            ("GET", "/connector-plugins?connectorsOnly=false", 200, null),
            ("PUT", "/connector-plugins/MirrorSourceConnector/config/validate", 200, config),
            ("GET", "/connector-plugins/org.apache.kafka.connect.mirror.MirrorSourceConnector/config", 200, null),
            ("POST", "/connectors", 201, create), ("GET", "/connectors?expand=info&expand=status", 200, null), ("GET", Source, 200, null),
            ("GET", Source + "/config", 200, null), ("PUT", Source + "/config", 200, config), ("GET", Source + "/status", 200, null),
            ("GET", Source + "/tasks", 200, null), ("GET", Source + "/tasks/0/status", 200, null), ("GET", Source + "/topics", 200, null),
            ("PUT", Source + "/topics/reset", 202, null), ("GET", Source + "/offsets", 200, null), ("PUT", Source + "/pause", 202, null),
            ("PUT", Source + "/resume", 202, null), ("POST", Source + "/restart", 204, null),
            ("POST", Source + "/restart?includeTasks=true&onlyFailed=false", 202, null), ("POST", Source + "/tasks/0/restart", 204, null),
            ("PATCH", Source + "/offsets", 400, offsets), ("PUT", Source + "/stop", 204, null),
            ("PATCH", Source + "/offsets", 200, offsets), ("DELETE", Source + "/offsets", 200, null),
            ("GET", "/admin/loggers", 200, null), ("GET", "/admin/loggers/root", 200, null),
            ("PUT", "/admin/loggers/root", 200, new JsonObject { ["level"] = "WARN" }),
            ("PATCH", Source + "/config", 200, new JsonObject { ["offset.lag.max"] = "7" }), ("DELETE", Source, 204, null),
            ("GET", Source, 404, null), ("DELETE", Source, 404, null),
        ])
        {
            var (got, text) = await CallAsync(method, path, body?.DeepClone());
            Assert.True(got == status, $"{method} {path}: {got} {text}");
        }
    }

    /// <summary>Any name that Kafka Connect takes is one here, and leads to nobody else's.</summary>
    [Fact]
    public async Task Names_may_hold_anything()
    {
        const string Odd = "../a b%/ä>ß?&\"";
        var path = $"/connectors/{Uri.EscapeDataString(Odd)}";
        Assert.Equal(201, (await CallAsync("POST", "/connectors",
            new JsonObject { ["name"] = Odd, ["config"] = Config("Heartbeat", ("heartbeats.topic.replication.factor", "1")) })).Status);
        Assert.Equal(201,
            (await CallAsync("PUT", "/connectors/other/config", Config("Heartbeat", ("source.cluster.alias", "north")))).Status);

        Assert.Equal(Odd, $"{(await JsonAsync("GET", path + "/config"))["name"]}");
        Assert.Equal(204, (await CallAsync("PUT", path + "/stop")).Status);
        await StateAsync(path, "STOPPED");
        await StateAsync("/connectors/other", "RUNNING");
        Assert.Equal(204, (await CallAsync("DELETE", path)).Status);
        Assert.Equal("""["other"]""", (await CallAsync("GET", "/connectors")).Text);
    }

    [Fact]
    public async Task What_cannot_be_a_connector_is_refused()
    {
        foreach (var (body, has) in ((string, string)[])
        [
            ("""{"name": "x"}""", "config is missing"),
            ("""{"name": "x", "config": {"a": "b"}}""", "Connector config {a=b, name=x} contains no connector type"),
            ("""{"name": "x", "config": {"connector.class": "org.example.Sink"}}""",
                "Failed to find any class that implements Connector and which name matches org.example.Sink"),
            ("""{"name": "x", "config": {"connector.class": "MirrorSourceConnector", "name": "y"}}""",
                "Connector name configuration (y) doesn't match connector name in the URL (x)"),
            ("""{"name": "x", "extra": 1, "config": {}}""", "Unrecognized field \\\"extra\\\""),
            ("""{"name": "x", "initial_state": "SLEEPING", "config": {}}""", "SLEEPING"),
            ("""{"name": "x", "config": {"connector.class": "MirrorSourceConnector", "source.cluster.alias": "a", "source.cluster.bootstrap.servers": "a:1", "tasks.max": "x"}}""", "contains the following 1 error(s):\\ntasks.max: 'x' is not a whole number"),
            ("{", "the body is not JSON"),
        ])
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync("/connectors", content);

            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(has, text, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// By the script that the operator starts, with the file that it writes, and called as it calls: from elsewhere, by the name of a
    /// service.
    /// </summary>
    private async Task StartInPodAsync()
    {
        Assert.Equal(0, await _program.StopAsync(Ct));
        Directory.CreateDirectory(_folder.File("kafka/custom-config"));
        var lines = (await File.ReadAllLinesAsync(_worker)).Where(line => !line.StartsWith("listeners", StringComparison.Ordinal));
        await File.WriteAllTextAsync(_folder.File("kafka/custom-config/kafka-connect.properties"), $$"""
            {{string.Join('\n', lines)}}
            config.providers=strimzienv,strimzifile,strimzidir,strimzisecrets
            config.providers.strimzienv.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
            config.providers.strimzienv.param.allowlist.pattern=.*
            config.providers.strimzifile.class=org.apache.kafka.common.config.provider.FileConfigProvider
            config.providers.strimzidir.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
            config.providers.strimzidir.param.allowed.paths={{_folder.Path}}
            config.providers.strimzisecrets.class=io.strimzi.kafka.KubernetesSecretConfigProvider
            rest.advertised.host.name=${strimzienv:ADVERTISED_HOSTNAME}
            rest.advertised.port=8083
            plugin.path=/opt/kafka/plugins
            security.protocol=PLAINTEXT
            producer.sasl.jaas.config=hush-hush
            producer.basic.auth.user.info = me:hush-hush
            producer.transforms.s.key.k1=hush-hush
            """);
        var port = FreePorts.Next();
        _program = HeliostatProcess.StartBy(Path.Combine(RepositoryFiles.Root, "bin/kafka_connect_run.sh"), new Dictionary<string, string>
        {
            ["KAFKA_HOME"] = _folder.File("kafka"),
            ["ADVERTISED_HOSTNAME"] = "m-mirrormaker2-0.m-mirrormaker2.kafka.svc",
            ["HELIOSTAT_CONNECT_PROPERTIES"] = _folder.File("strimzi-connect.properties"),
            ["HELIOSTAT_CONNECT_PORT"] = $"{port}",
            ["HELIOSTAT_METRICS_PORT"] = $"{FreePorts.Next()}",
        });
        _http.Dispose();
        _http = new HttpClient { BaseAddress = new Uri($"http://{Elsewhere()}:{port}") };
        _http.DefaultRequestHeaders.Host = "m-mirrormaker2-api.kafka.svc:8083";
        await _program.RunsUntilAsync("connectors to be known", Patience, async _ => await TriedAsync() == 200, Ct);
        Assert.Contains("Starting Kafka Connect with configuration:\nbootstrap.servers=", _program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", _program.Output + _program.Errors, StringComparison.Ordinal);
    }

    /// <summary>An address of this machine that is not its own for itself; where it has none, that.</summary>
    private static IPAddress Elsewhere() =>
        Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(address => !IPAddress.IsLoopback(address))
            ?? IPAddress.Loopback;

    private static string Name(string path) => Uri.UnescapeDataString(path["/connectors/".Length..]);

    private async Task StartAsync()
    {
        _program = HeliostatProcess.Start(["connect", _worker, "--quiet"]);
        await _program.RunsUntilAsync("connectors to be known", Patience, async _ => await TriedAsync() == 200, Ct);
    }

    private async Task<int> TriedAsync()
    {
        try
        {
            return (await CallAsync("GET", "/connectors")).Status;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private Task<JsonNode> StateAsync(string path, string state) => Eventually.ValueAsync(
        $"{path} to be {state}", Patience, async _ => await JsonAsync("GET", path + "/status"),
        status => $"{status["connector"]!["state"]}" == state && status["tasks"]!.AsArray().All(task => $"{task!["state"]}" == state), Ct);

    private Task<long> ArrivedAsync(long records, string topic = "west.orders") => Eventually.ValueAsync(
        "records to arrive", Patience, async token => (await _east.Client.ListTopicsAsync(token)).Contains(topic)
            ? (await _east.Client.EndOffsetsAsync(topic, token)).Sum()
            : 0,
        arrived => arrived == records, Ct);

    private JsonObject Config(string kind, params (string Key, string Value)[] settings)
    {
        var config = new JsonObject
        {
            ["connector.class"] = $"org.apache.kafka.connect.mirror.Mirror{kind}Connector",
            ["tasks.max"] = "1",
            ["source.cluster.alias"] = "west",
            ["target.cluster.alias"] = "east",
            ["source.cluster.bootstrap.servers"] = _west.BootstrapServers,
            ["target.cluster.bootstrap.servers"] = _east.BootstrapServers,
            ["replication.factor"] = "1",
            ["offset-syncs.topic.replication.factor"] = "1",
            ["checkpoints.topic.replication.factor"] = "1",
            ["refresh.topics.interval.seconds"] = "1",
        };
        foreach (var (key, value) in settings)
        {
            config[key] = value;
        }

        return config;
    }

    private async Task<JsonNode> JsonAsync(string method, string path)
    {
        var (status, text) = await CallAsync(method, path);
        Assert.True(status == 200, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<(int Status, string Text)> CallAsync(string method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
