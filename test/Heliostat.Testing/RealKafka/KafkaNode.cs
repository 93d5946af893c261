using System.Net.Sockets;
using Heliostat.Testing.Processes;

namespace Heliostat.Testing.RealKafka;

/// <summary>One process of a cluster (broker, controller or ZooKeeper) with its properties file and its data.</summary>
public sealed class KafkaNode : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopWithin = TimeSpan.FromMinutes(1);

    // ApiVersions version 0 with correlation id 7 and no client id: every broker since 0.10 answers it.
    private static readonly byte[] ApiVersionsRequest = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff];

    private readonly KafkaDistribution _kafka;
    private readonly string _folder;
    private readonly string _serverScript;
    private readonly bool _answersApiVersions;
    private readonly Dictionary<string, string> _environment;
    private ChildProcess? _process;

    internal KafkaNode(KafkaDistribution kafka, string folder, string name, int id, int port, string serverScript, bool answersApiVersions,
        KafkaClusterOptions options)
    {
        _environment = options.FullSpeed ? [] : KafkaDistribution.QuickStart;
        _environment["KAFKA_OPTS"] = options.JavaOptions;
        _environment["LOG_DIR"] = Path.Combine(folder, "logs");
        _kafka = kafka;
        _folder = folder;
        _serverScript = serverScript;
        _answersApiVersions = answersApiVersions;
        Name = name;
        Id = id;
        Port = port;
    }

    public string Name { get; }

    /// <summary>Kafka's node.id or broker.id.</summary>
    public int Id { get; }

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Process id while it runs; 0 before the first start.</summary>
    public int ProcessId => _process?.Id ?? 0;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The folder of log.dirs.</summary>
    public string DataFolder => Path.Combine(_folder, "data-" + Name);

    internal string PropertiesFile => Path.Combine(_folder, Name + ".properties");

    /// <summary>The last lines it printed.</summary>
    public string LogTail => _process?.Tail() ?? "(never started)";

    internal async Task StartAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = ChildProcess.Start(
            Path.Combine(_folder, Name), [_kafka.Tool(_serverScript), PropertiesFile], _environment, separateErrors: false);
    }

    /// <summary>Returns once it answers; throws with the end of its log when it ends first or does not answer in time.</summary>
    internal async Task AnswersAsync(CancellationToken ct)
    {
        try
        {
            await Eventually.ValueAsync($"{Name} on port {Port} to answer", StartWithin, AnswersOrEndedAsync, seen => seen, ct);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}. Its log ends:\n{LogTail}", e);
        }

        if (_process!.HasExited)
        {
            throw new KafkaStartException($"{Name} ended while starting. Its log ends:\n{LogTail}");
        }
    }

    internal async Task StopAsync(CancellationToken ct)
    {
        if (_process is { HasExited: false })
        {
            _process.Signal(ProcessSignal.Terminate);
            await _process.WaitForExitAsync(StopWithin, ct);
        }
    }

    internal async Task KillAsync(CancellationToken ct)
    {
        _process?.Signal(ProcessSignal.Kill);
        await _process!.WaitForExitAsync(StopWithin, ct);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<bool> AnswersOrEndedAsync(CancellationToken ct)
    {
        if (_process!.HasExited)
        {
            return true;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, deadline.Token);
            if (!_answersApiVersions)
            {
                return true;
            }

            await client.GetStream().WriteAsync(ApiVersionsRequest, deadline.Token);
            return await client.GetStream().ReadAsync(new byte[4], deadline.Token) == 4;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
