using System.Net.Http.Json;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// A Connect cluster of one worker on a flow's target, where MirrorMaker 2's source connector runs under a name of its own.
/// </summary>
public sealed class JavaConnect : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;
    private readonly HttpClient _rest;

    private JavaConnect(TemporaryFolder folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        _rest = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Starts the worker and returns once it takes connectors. Its topics are named after <paramref name="name"/>.</summary>
    public static async Task<JavaConnect> StartAsync(ClusterPair pair, string name, CancellationToken ct)
    {
        var folder = new TemporaryFolder("connect");
        var port = FreePorts.Next();
        var file = await WriteAsync(pair, name, folder, port, ct);
        var environment = KafkaDistribution.QuickStart;
        environment["LOG_DIR"] = folder.File("logs");
        var process = ChildProcess.Start(folder.File("connect"), [KafkaDistribution.Require().Tool("connect-distributed.sh"), file],
            environment, separateErrors: false);
        var connect = new JavaConnect(folder, process, port);
        await Eventually.ValueAsync("Connect to answer", Patience, connect.AnswersAsync, answers => answers, ct);
        return connect;
    }

    /// <summary>The file of a worker, which our own takes too.</summary>
    public static async Task<string> WriteAsync(ClusterPair pair, string name, TemporaryFolder folder, int port, CancellationToken ct)
    {
        var file = folder.File("connect.properties");
        const string Bytes = "org.apache.kafka.connect.converters.ByteArrayConverter";
        await File.WriteAllLinesAsync(file,
        [
            $"bootstrap.servers={pair.Target.BootstrapServers}", $"group.id={name}", $"listeners=http://127.0.0.1:{port}",
            $"offset.storage.topic={name}-offsets", $"config.storage.topic={name}-configs", $"status.storage.topic={name}-status",
            "offset.storage.replication.factor=1", "config.storage.replication.factor=1", "status.storage.replication.factor=1",
            $"key.converter={Bytes}", $"value.converter={Bytes}", $"header.converter={Bytes}", "offset.flush.interval.ms=1000",
        ], ct);
        return file;
    }

    /// <summary>Its REST API.</summary>
    public HttpClient Rest => _rest;

    /// <summary>Asks the worker.</summary>
    public Task<string> GetAsync(string path, CancellationToken ct) => _rest.GetStringAsync(path, ct);

    /// <summary>What MirrorMaker 2's source connector is to do for one topic.</summary>
    public static Dictionary<string, string> SourceConnector(ClusterPair pair, string topic) => new()
    {
        ["connector.class"] = "org.apache.kafka.connect.mirror.MirrorSourceConnector",
        ["source.cluster.alias"] = "A",
        ["target.cluster.alias"] = "B",
        ["source.cluster.bootstrap.servers"] = pair.Source.BootstrapServers,
        ["target.cluster.bootstrap.servers"] = pair.Target.BootstrapServers,
        ["topics"] = topic,
        ["replication.factor"] = "1",
        ["offset-syncs.topic.replication.factor"] = "1",
        ["offset-syncs.topic.location"] = "target",
        ["heartbeats.replication.enabled"] = "false",
    };

    /// <summary>Runs MirrorMaker 2's source connector under <paramref name="name"/>.</summary>
    public async Task MirrorAsync(ClusterPair pair, string name, string topic, CancellationToken ct)
    {
        var config = SourceConnector(pair, topic);
        await Eventually.ValueAsync("Connect to take the connector", Patience, async token =>
        {
            using var answer = await _rest.PutAsJsonAsync($"/connectors/{name}/config", config, token);
            return answer.IsSuccessStatusCode;
        }, taken => taken, ct);
    }

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        _process.Signal(ProcessSignal.Terminate);
        await _process.WaitForExitAsync(Patience, ct);
    }

    public async ValueTask DisposeAsync()
    {
        _rest.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await _rest.GetAsync("/connectors", ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
