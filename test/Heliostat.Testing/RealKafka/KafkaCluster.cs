using Heliostat.Testing.Clusters;
using Heliostat.Testing.Processes;

namespace Heliostat.Testing.RealKafka;

/// <summary>
/// Real Apache Kafka brokers on loopback: free ports, data in a temporary folder, everything gone on dispose. KRaft for 3.x and 4.x;
/// for 0.10 a ZooKeeper beside the brokers.
/// </summary>
public sealed class KafkaCluster : ITestCluster
{
    private const int Attempts = 3;
    private const int ControllerId = 1000;
    private static readonly TimeSpan ToolWithin = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder;
    private readonly KafkaClusterOptions _options;
    private readonly KafkaNode? _keeper;
    private readonly KafkaNode[] _brokers;
    private readonly Dictionary<string, string> _toolEnvironment;
    private int _tools;

    private KafkaCluster(KafkaDistribution kafka, KafkaClusterOptions options)
    {
        Kafka = kafka;
        _options = options;
        _folder = new TemporaryFolder("kafka-" + kafka.Version);
        _toolEnvironment = options.FullSpeed ? [] : KafkaDistribution.QuickStart;
        _toolEnvironment["LOG_DIR"] = _folder.File("logs");
        _keeper = kafka.NeedsZooKeeper ? Node("zookeeper", 0, "zookeeper-server-start.sh", answersApiVersions: false)
            : options.Brokers > 1 ? Node("controller", ControllerId, "kafka-server-start.sh", answersApiVersions: false)
            : null;
        _brokers = [.. Enumerable.Range(options.FirstBrokerId, options.Brokers)
            .Select(id => Node($"broker-{id}", id, "kafka-server-start.sh", kafka.AnswersApiVersions))];
    }

    /// <summary>The distribution that runs.</summary>
    public KafkaDistribution Kafka { get; }

    /// <summary>All brokers, for bootstrap.servers.</summary>
    public string BootstrapServers => string.Join(',', _brokers.Select(b => $"127.0.0.1:{b.Port}"));

    /// <summary>Its ZooKeeper, for tools of versions that have one.</summary>
    public string ZooKeeper => $"127.0.0.1:{_keeper!.Port}";

    /// <summary>The brokers, by id.</summary>
    public IReadOnlyList<KafkaNode> Brokers => _brokers;

    /// <summary>Starts a cluster and returns once every broker answers.</summary>
    public static async Task<KafkaCluster> StartAsync(KafkaClusterOptions options, CancellationToken ct)
    {
        var kafka = KafkaDistribution.Require(options.Version);
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new KafkaCluster(kafka, options);
            try
            {
                await cluster.StartNodesAsync(ct);
                return cluster;
            }
            catch (KafkaStartException) when (attempt < Attempts)
            {
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    public KafkaNode Broker(int id) => _brokers[id - _options.FirstBrokerId];

    /// <summary>SIGTERM, so that leadership is handed over first; returns once the process is gone.</summary>
    public Task StopBrokerAsync(int id, CancellationToken ct) => Broker(id).StopAsync(ct);

    /// <summary>SIGKILL; returns once the process is gone.</summary>
    public Task KillBrokerAsync(int id, CancellationToken ct) => Broker(id).KillAsync(ct);

    /// <summary>Starts a stopped or killed broker on the data it had; returns once it answers.</summary>
    public async Task StartBrokerAsync(int id, CancellationToken ct)
    {
        await Broker(id).StartAsync();
        await Broker(id).AnswersAsync(ct);
    }

    /// <summary>
    /// The Java clients of the cluster's own version, or those of 3.9.1 where that one is too old to be asked such things.
    /// </summary>
    public JavaClient Client => Kafka.NeedsZooKeeper
        ? new(JavaOracle.For(KafkaDistribution.Require("3.9.1")), BootstrapServers, Replicas, knowsTransactions: false)
        : new(JavaOracle.For(Kafka), BootstrapServers, Replicas, knowsTransactions: true);

    /// <inheritdoc/>
    public bool IsEmbedded => false;

    ITestClient ITestCluster.Client => Client;

    private short Replicas => (short)Math.Min(_brokers.Length, 3);

    /// <summary>Runs one of the distribution's tools and returns what it printed; throws when it fails. Costs the start of a JVM.</summary>
    public Task<string> RunToolAsync(string tool, IEnumerable<string> arguments, CancellationToken ct) =>
        RunToolAsync(tool, arguments, [], ct);

    /// <summary>As above, with lines for it to read.</summary>
    public async Task<string> RunToolAsync(string tool, IEnumerable<string> arguments, IReadOnlyList<string> input, CancellationToken ct)
    {
        var stem = _folder.File($"tool-{Interlocked.Increment(ref _tools)}");
        await File.WriteAllLinesAsync($"{stem}.in", input, ct);
        await using var process = ChildProcess.Start(
            stem, ["sh", "-c", "in=$0; exec \"$@\" <\"$in\"", $"{stem}.in", Kafka.Tool(tool), .. arguments], _toolEnvironment,
            separateErrors: true);
        var status = await process.WaitForExitAsync(ToolWithin, ct);
        return status == 0
            ? await File.ReadAllTextAsync(process.OutputFile, ct)
            : throw new InvalidOperationException($"{tool} ended with {status}:\n{process.Tail()}");
    }

    /// <summary>
    /// Runs a Java source file of the test's own on the distribution's jars and returns what it printed; throws when it fails.
    /// </summary>
    public async Task<string> RunJavaAsync(string file, IEnumerable<string> arguments, CancellationToken ct)
    {
        var stem = _folder.File($"java-{Interlocked.Increment(ref _tools)}");
        await using var process = ChildProcess.Start(
            stem,
            ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", Path.Combine(Kafka.Home, "libs", "*"),
                Path.Combine(AppContext.BaseDirectory, "java", file), .. arguments],
            _toolEnvironment, separateErrors: true);
        var status = await process.WaitForExitAsync(ToolWithin, ct);
        return status == 0
            ? await File.ReadAllTextAsync(process.OutputFile, ct)
            : throw new InvalidOperationException($"{file} ended with {status}:\n{process.Tail()}");
    }

    /// <summary>The batches that lie in the log of a partition on one broker, what is not yet flushed included.</summary>
    public async Task<StoredBatch[]> DumpAsync(string topic, int partition, int broker, CancellationToken ct)
    {
        var files = Directory.GetFiles(Path.Combine(Broker(broker).DataFolder, $"{topic}-{partition}"), "*.log").Order();
        var tool = Kafka.Version[0] >= '4' ? "org.apache.kafka.tools.DumpLogSegments" : "kafka.tools.DumpLogSegments";
        return StoredBatch.Parse(await RunToolAsync("kafka-run-class.sh", [tool, "--files", string.Join(',', files)], ct));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var broker in _brokers)
        {
            await broker.DisposeAsync();
        }

        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
        }

        _folder.Dispose();
    }

    private KafkaNode Node(string name, int id, string script, bool answersApiVersions) =>
        new(Kafka, _folder.Path, name, id, FreePorts.Next(), script, answersApiVersions, _options);

    private async Task StartNodesAsync(CancellationToken ct)
    {
        if (Kafka.NeedsZooKeeper)
        {
            BrokerProperties.Write(_keeper!, BrokerProperties.ZooKeeper(_keeper!));
            await _keeper!.StartAsync();
            await _keeper.AnswersAsync(ct);
            foreach (var broker in _brokers)
            {
                BrokerProperties.Write(broker, BrokerProperties.ZooKeeperBroker(broker, _keeper.Port, _options));
            }
        }
        else
        {
            await PrepareKraftAsync(ct);
        }

        foreach (var broker in _brokers)
        {
            await broker.StartAsync();
        }

        foreach (var broker in _brokers)
        {
            await broker.AnswersAsync(ct);
        }
    }

    private async Task PrepareKraftAsync(CancellationToken ct)
    {
        var controllerPort = _keeper?.Port ?? FreePorts.Next();
        var controllerListener = $"CONTROLLER://127.0.0.1:{controllerPort}";
        var voters = $"{_keeper?.Id ?? _brokers[0].Id}@127.0.0.1:{controllerPort}";
        if (_keeper is not null)
        {
            BrokerProperties.Write(_keeper, BrokerProperties.Kraft(_keeper, "controller", controllerListener, voters, _options));
        }

        foreach (var broker in _brokers)
        {
            var client = $"PLAINTEXT://127.0.0.1:{broker.Port}";
            if (_options.Links.Count > 0)
            {
                var far = FreePorts.Next();
                _options.Links[broker.Id - _options.FirstBrokerId].LeadTo(far);
                client += $",FAR://127.0.0.1:{far}";
            }

            client += string.Concat(_options.Listeners.Select(listener => $",{listener.Key}://127.0.0.1:{listener.Value}"));
            BrokerProperties.Write(broker, _keeper is null
                ? BrokerProperties.Kraft(broker, "broker,controller", $"{client},{controllerListener}", voters, _options)
                : BrokerProperties.Kraft(broker, "broker", client, voters, _options));
        }

        var clusterId = FormattedStorage.KafkaUuid();
        KafkaNode[] nodes = _keeper is null ? _brokers : [_keeper, .. _brokers];
        await FormattedStorage.WriteAsync(this, clusterId, nodes, ct);
        if (_keeper is not null)
        {
            await _keeper.StartAsync();
            await _keeper.AnswersAsync(ct);
        }
    }
}
