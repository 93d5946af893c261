using System.Net;
using System.Text;
using Heliostat.Api;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Connect;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Troubles;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Testing;
using Heliostat.Tests.Api;
using Heliostat.Tests.Metrics;

namespace Heliostat.Tests.Connect;

/// <summary>Statuses and bodies are those of a worker of Kafka Connect 4.3.1, asked the same.</summary>
public sealed class ConnectRoutesTests : IAsyncLifetime, IDisposable
{
    private const string Source = "/connectors/west-%3Eeast.MirrorSourceConnector";
    private const string Checkpoint = "/connectors/west-%3Eeast.MirrorCheckpointConnector";

    private const string Stopped =
        "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by "
            + "issuing a 'PUT' request to the "
            + "'/connectors/west->east.MirrorSourceConnector/stop' endpoint";

    private readonly TemporaryFolder _folder = new("connect");
    private readonly ManualTimeProvider _time = new();
    private readonly HttpClient _http = new();
    private readonly FakeMirror _mirror = new(Snapshots.Of(
        Snapshots.Flow(
            "west->east", FlowStatus.Running, Snapshots.Lane("orders", 0),
            Snapshots.Lane("orders", 1, position: 500, end: 500, records: 500),
            Snapshots.Lane("pay.v1", 0, position: 50, end: 60, records: 50)),
        Snapshots.Flow(
            "east->west", FlowStatus.Running,
            Snapshots.Lane("bad", 3, LaneState.Failed) with
            {
                Paused = new PausedLane("bad", 3, new Trouble(TroubleKind.AnotherProcess, TroubleSide.Us, "record 17 is too large"))
            })));

    private TerminalLogger _log = null!;
    private ApiServer _server = null!;
    private FileInUse _file = null!;

    public async Task InitializeAsync()
    {
        var path = Path.Combine(_folder.Path, "mm2.properties");
        await File.WriteAllTextAsync(path, """
            clusters = west, east
            west.bootstrap.servers = west:9092
            east.bootstrap.servers = east:9092
            west->east.enabled = true
            west->east.topics = orders,pay.*
            east->west.enabled = true
            """);
        _file = new FileInUse(MirrorMaker2Configuration.Load(path, []).ToFile());
        _log = new TerminalLogger(Terminal.Silent, _time, Verbosity.Normal);
        _server = await ApiServer.StartAsync(
            new ApiOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)] }, _mirror, _log, _time,
            desk => new ConnectRoutes(new Connectors(_mirror, _file, desk)));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _log.Dispose();
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/", 200, """{"version":"4.3.1","commit":"heliostat",""")]
    [InlineData("/connectors/", 200,
        """["east->west.MirrorCheckpointConnector","east->west.MirrorHeartbeatConnector","east->west.MirrorSourceConnector","west->east.MirrorCheckpointConnector",""")]
    [InlineData("/connectors?expand=nope", 200, """{"east->west.MirrorCheckpointConnector":{},""")]
    [InlineData("/connectors?expand=status&expand=info", 200, """{"east->west.MirrorCheckpointConnector":{"status":{"name":""")]
    [InlineData(Source, 200, """tasks":[{"connector":"west->east.MirrorSourceConnector","task":0}],"type":"source"}""")]
    [InlineData("/connectors/west%2D%3Eeast.MirrorSourceConnector/config", 200, """topics":"orders,pay.*",""")]
    [InlineData(Source + "/config", 200, """source.cluster.bootstrap.servers":"west:9092",""")]
    [InlineData("/connectors/nope", 404, """{"error_code":404,"message":"Connector nope not found"}""")]
    [InlineData("/connectors/nope/config", 404, """{"error_code":404,"message":"Connector nope not found"}""")]
    [InlineData("/connectors/nope/tasks", 404, """{"error_code":404,"message":"Connector nope not found"}""")]
    [InlineData("/connectors/nope/offsets", 404, """{"error_code":404,"message":"Connector nope not found"}""")]
    [InlineData("/connectors/nope/status", 404, """{"error_code":404,"message":"No status found for connector nope"}""")]
    [InlineData("/connectors/nope/topics", 200, """{"nope":{"topics":[]}}""")]
    [InlineData(Source + "/tasks/0/status", 200, """{"id":0,"state":"RUNNING","worker_id":"127.0.0.1:""")]
    [InlineData(Source + "/tasks/99/status", 404,
        """{"error_code":404,"message":"No status found for task west->east.MirrorSourceConnector-99"}""")]
    [InlineData(Source + "/tasks/abc/status", 404, """{"error_code":404,"message":"HTTP 404 Not Found"}""")]
    [InlineData(Source + "/tasks-config", 404, """{"error_code":404,"message":"HTTP 404 Not Found"}""")]
    [InlineData(Source + "/tasks", 200, """task.assigned.partitions":"orders-0,orders-1,pay.v1-0""")]
    [InlineData(Source + "/topics", 200, """{"west->east.MirrorSourceConnector":{"topics":[""")]
    [InlineData(Source + "/offsets", 200, """{"partition":{"cluster":"west","partition":1,"topic":"orders"},"offset":{"offset":499}}""")]
    [InlineData(Checkpoint + "/offsets", 200, """{"offsets":[]}""")]
    [InlineData("/connectors/west-%3Eeast.MirrorHeartbeatConnector/offsets", 200,
        """{"offsets":[{"partition":{"sourceClusterAlias":"west","targetClusterAlias":"east"},"offset":{"offset":0}}]}""")]
    [InlineData("/connectors/east-%3Ewest.MirrorSourceConnector/status", 200, """state":"FAILED","worker_id":"127.0.0.1:""")]
    [InlineData("/connectors/east-%3Ewest.MirrorSourceConnector/status", 200, "record 17 is too large")]
    [InlineData("/west/east/connectors", 200, """["MirrorCheckpointConnector","MirrorHeartbeatConnector","MirrorSourceConnector"]""")]
    [InlineData("/west/east/connectors/MirrorSourceConnector/status", 200,
        """{"name":"MirrorSourceConnector","connector":{"state":"RUNNING",""")]
    [InlineData("/west/nope/connectors", 404,
        """{"error_code":404,"message":"No replication flow found for source 'west' and target 'nope'"}""")]
    [InlineData("/connector-plugins", 200,
        """{"class":"org.apache.kafka.connect.mirror.MirrorSourceConnector","type":"source","version":"4.3.1"}""")]
    [InlineData("/connector-plugins/MirrorSourceConnector/config", 200, """{"name":"offset-syncs.topic.location","type":"STRING",""")]
    [InlineData("/connector-plugins/Nope/config", 404, """{"error_code":404,"message":"Unknown plugin Nope."}""")]
    public async Task It_answers_as_kafka_connect_does(string path, int status, string has)
    {
        var (got, text) = await SendAsync(HttpMethod.Get, path);
        Assert.True((int)got == status, text);
        Assert.Contains(has, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/connectors", 405, "flows come from ")]
    [InlineData("PUT", Source + "/config", 405, "change it there")]
    [InlineData("DELETE", Source, 405, "flows come from ")]
    [InlineData("DELETE", "/connectors", 405, """{"error_code":405,"message":"HTTP 405 Method Not Allowed"}""")]
    [InlineData("PUT", "/connectors/nope/pause", 404, """{"error_code":404,"message":"Unknown connector nope"}""")]
    [InlineData("PUT", "/connectors/nope/stop", 404, """{"error_code":404,"message":"Unknown connector nope"}""")]
    [InlineData("POST", "/connectors/nope/restart", 404, """{"error_code":404,"message":"Unknown connector: nope"}""")]
    [InlineData("POST", Source + "/restart", 204, "")]
    [InlineData("POST", Source + "/tasks/0/restart", 204, "")]
    [InlineData("POST", Source + "/tasks/99/restart", 404,
        """{"error_code":404,"message":"Unknown task: west->east.MirrorSourceConnector-99"}""")]
    [InlineData("PUT", Source + "/topics/reset", 202, "")]
    [InlineData("PUT", "/connector-plugins/MirrorSourceConnector/config/validate", 400,
        "Included connector type MirrorHeartbeatConnector does not match request type MirrorSourceConnector",
        """{"connector.class": "MirrorHeartbeatConnector"}""")]
    [InlineData("PUT", "/connector-plugins/MirrorSourceConnector/config/validate", 400, "Connector config {a=b} contains no connector type",
        """{"a": "b"}""")]
    [InlineData("PUT", "/connector-plugins/MirrorSourceConnector/config/validate", 200, "\"error_count\":1,",
        """{"connector.class": "MirrorSourceConnector", "refresh.topics.interval.seconds": "x"}""")]
    [InlineData("PUT", "/connector-plugins/MirrorSourceConnector/config/validate", 400,
        "Connector config {transforms.s.key.k1=[hidden]} contains no connector type", """{"transforms.s.key.k1": "hush"}""")]
    [InlineData("PUT", "/connector-plugins/MirrorSourceConnector/config/validate", 200,
        "\"name\":\"source.cluster.schema.registry.url\",\"value\":\"[hidden]\"",
        """{"connector.class": "MirrorSourceConnector", "source.cluster.schema.registry.url": "http://me:hush@a"}""")]
    public async Task It_does_as_kafka_connect_does_or_says_why_not(string method, string path, int status, string has, string? body = null)
    {
        var (got, text) = await SendAsync(new HttpMethod(method), path, body);
        Assert.True((int)got == status, text);
        Assert.Contains(has, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_file_that_was_read_again_what_it_says_now_is_told()
    {
        var path = Path.Combine(_folder.Path, "next.properties");
        await File.WriteAllTextAsync(path,
            "clusters = west, east\nwest.bootstrap.servers = west2:9092\neast.bootstrap.servers = east:9092\nwest->east.enabled = "
                + "true\nwest->east.topics = orders,bills\n");
        _file.Take(MirrorMaker2Configuration.Load(path, []).ToFile());

        var (_, taken) = await SendAsync(HttpMethod.Get, Source + "/config");
        var (_, gone) = await SendAsync(HttpMethod.Get, "/connectors/east-%3Ewest.MirrorSourceConnector/config");

        Assert.Contains("topics\":\"orders,bills\"", taken, StringComparison.Ordinal);
        Assert.Contains("source.cluster.bootstrap.servers\":\"west2:9092\"", taken, StringComparison.Ordinal);
        Assert.Contains("source.cluster.alias\":\"east\"", gone, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_of_what_failed_says_what_it_restarts()
    {
        var (status, text) = await SendAsync(HttpMethod.Post,
            "/connectors/east-%3Ewest.MirrorSourceConnector/restart?includeTasks=true&onlyFailed=true");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.StartsWith("""{"name":"east->west.MirrorSourceConnector","connector":{"state":"RUNNING",""", text, StringComparison.Ordinal);
        Assert.Contains("""tasks":[{"id":0,"state":"RESTARTING",""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_part_of_a_flow_has_no_task_and_does_nothing()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Put, Checkpoint + "/stop")).Status);

        Assert.Contains("""connector":{"state":"STOPPED",""", (await SendAsync(HttpMethod.Get, Checkpoint + "/status")).Text,
            StringComparison.Ordinal);
        Assert.Equal("[]", (await SendAsync(HttpMethod.Get, Checkpoint + "/tasks")).Text);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(HttpMethod.Put, Checkpoint + "/resume")).Status);
        Assert.Contains("""connector":{"state":"RUNNING",""", (await SendAsync(HttpMethod.Get, Checkpoint + "/status")).Text,
            StringComparison.Ordinal);
        Assert.Equal(["idle west->east Checkpoints GroupOffsets", "busy west->east Checkpoints GroupOffsets"], _mirror.Told);
    }

    [Fact]
    public async Task Records_stand_still_while_their_connector_is_paused_or_stopped()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(HttpMethod.Put, Source + "/pause")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Put, Source + "/stop")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(HttpMethod.Put, Source + "/resume")).Status);

        const string Duties = "west->east Topics TopicConfigs TopicAcls OffsetSyncs Deletions Quotas";
        Assert.Equal([$"busy {Duties}", "pause west->east", $"idle {Duties}", "pause west->east", $"busy {Duties}", "resume west->east"],
            _mirror.Told);
    }

    [Theory]
    [InlineData("PATCH", Source, 400, Stopped)]
    [InlineData("DELETE", Source, 400, Stopped)]
    [InlineData("DELETE", "/connectors/nope", 404, "Connector nope not found")]
    public async Task Offsets_are_changed_only_while_the_connector_is_stopped(string method, string connector, int status, string message)
    {
        const string Body =
            """{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": 0}, "offset": {"offset": 10}}]}""";
        foreach (var verb in (string[])["resume", "pause"])
        {
            await SendAsync(HttpMethod.Put, $"{Source}/{verb}");
            Assert.Equal((status, $$"""{"error_code":{{status}},"message":"{{message}}"}"""), await ChangeAsync(method, connector, Body));
        }

        Assert.DoesNotContain(_mirror.Told, told => told.StartsWith("move", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": 1}, "offset": {"offset": 10, "target": 12}}]}""", "move west->east orders-1@11")]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": 1}, "offset": null}, {"partition": {"a": 1}, "offset": null}]}""", "move west->east orders-1@-2")]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "never", "partition": 7}, "offset": null}]}""", "")]
    [InlineData("""{"offsets": []}""", "Partitions / offsets need to be provided for an alter offsets request", 400)]
    [InlineData("{}", "Partitions / offsets need to be provided for an alter offsets request", 400)]
    [InlineData("""{"offsets": [7]}""", "an entry of offsets is not a JSON object", 400)]
    [InlineData("""{"offsets": [{"partition": null, "offset": {"offset": 10}}]}""", "Source partitions may not be null", 400)]
    [InlineData("""{"offsets": [{"partition": {"topic": "orders", "partition": 0}, "offset": {"offset": 10}}]}""",
        "Source partition {partition=0, topic=orders} is missing the 'cluster' key, which is required", 400)]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": 7, "partition": 0}, "offset": {"offset": 10}}]}""",
        "Source partition {cluster=west, partition=0, topic=7} has an invalid value 7 for the 'topic' key, which must be a string", 400)]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": "0"}, "offset": {"offset": 10}}]}""",
        "Source partition {cluster=west, partition=0, topic=orders} has an invalid value 0 for the 'partition' key, which must be an "
            + "integer", 400)]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": -1}, "offset": {"offset": 10}}]}""",
        "Source partition {cluster=west, partition=-1, topic=orders} has an invalid value -1 for the 'partition' key, which cannot be "
            + "negative", 400)]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": 0}, "offset": {}}]}""",
        "Source offset {} for source partition {cluster=west, partition=0, topic=orders} is missing the 'offset' key, which is required",
        400)]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": 0}, "offset": {"offset": "10"}}]}""",
        "Source offset {offset=10} for source partition {cluster=west, partition=0, topic=orders} has an invalid value 10 for the 'offset' "
            + "key, which must be an integer", 400)]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "orders", "partition": 0}, "offset": {"offset": -1}}]}""",
        "Source offset {offset=-1} for source partition {cluster=west, partition=0, topic=orders} has an invalid value -1 for the 'offset' "
            + "key, which cannot be negative", 400)]
    [InlineData("""{"offsets": [{"partition": {"cluster": "west", "topic": "never", "partition": 7}, "offset": {"offset": 10}}]}""",
        "Source partition {cluster=west, partition=7, topic=never} is not mirrored: there is no position of it that could be altered", 400)]
    public async Task Offsets_of_a_stopped_connector_are_altered_or_refused_in_the_words_of_kafka_connect(string body, string told,
        int status = 200)
    {
        await SendAsync(HttpMethod.Put, Source + "/stop");

        var (got, text) = await ChangeAsync("PATCH", Source, body);

        var message = status == 200
            ? """{"message":"The offsets for this connector have been altered successfully"}"""
            : $$"""{"error_code":{{status}},"message":"{{told}}"}""";
        Assert.Equal((status, message), (got, text));
        Assert.Equal(status == 200 && told.Length > 0 ? [told] : Array.Empty<string>(),
            _mirror.Told.Where(one => one.StartsWith("move", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Offsets_of_a_stopped_connector_are_reset()
    {
        await SendAsync(HttpMethod.Put, Source + "/stop");
        await SendAsync(HttpMethod.Put, Checkpoint + "/stop");
        const string Done = """{"message":"The offsets for this connector have been reset successfully"}""";

        Assert.Equal((200, Done), await ChangeAsync("DELETE", Checkpoint));
        Assert.Equal((200, Done), await ChangeAsync("DELETE", Source));

        Assert.Equal(["move west->east orders-0@-2 orders-1@-2 pay.v1-0@-2"],
            _mirror.Told.Where(told => told.StartsWith("move", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_asks_for_a_page_gets_one()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Addresses[0] + "/");
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
        using var answer = await _http.SendAsync(request);

        Assert.Contains("<h1>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<(int Status, string Text)> ChangeAsync(string method, string connector, string? body = null)
    {
        var (status, text) = await SendAsync(new HttpMethod(method), connector + "/offsets", method == "PATCH" ? body : null);
        return ((int)status, text);
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, _server.Addresses[0] + path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
