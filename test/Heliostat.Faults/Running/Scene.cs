using System.Collections.Concurrent;
using Heliostat.Faults.Catalog;
using Heliostat.Faults.Judging;
using Heliostat.Faults.Publishing;
using Heliostat.Faults.Systems;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Running;

/// <summary>One fault among all systems: a topic of its own, its load, and what a fault needs at hand.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const int Partitions = 4;
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(180);

    private const string Hosts = "hosts";

    private readonly TemporaryFolder _folder = new("scene");
    private readonly HashSet<long> _remembered = [];
    private readonly List<Contestant> _contestants = [];
    private readonly ConcurrentQueue<Row> _absent = [];

    private Scene(Ground ground, Fault fault, string topic)
    {
        Ground = ground;
        Fault = fault;
        Topic = topic;
    }

    public Ground Ground { get; }

    public Fault Fault { get; }

    public ITestCluster Source => Ground.Source;

    public ITestCluster Target => Ground.Target;

    /// <summary>For what only real brokers can do.</summary>
    public KafkaCluster RealSource => (KafkaCluster)Source;

    public KafkaCluster RealTarget => (KafkaCluster)Target;

    /// <summary>What is mirrored.</summary>
    public string Topic { get; }

    public IReadOnlyList<Contestant> Contestants => _contestants;

    /// <summary>Rows of systems that did not even begin to mirror: they have no part in the scene.</summary>
    public IReadOnlyCollection<Row> Absent => _absent;

    public NumberedLoad? Load { get; private set; }

    public Random Random { get; } = new(1);

    /// <summary>When the damage was over, and the first number that was sent later; null before.</summary>
    public (long At, long Number)? Over { get; private set; }

    /// <summary>Source and target by the addresses that mirrors are told; links may be in between.</summary>
    private (string Source, string Target) Addresses => Fault.ByLinks || Fault.LogsIn is not null || Fault.HasNames
        ? (Ground.SourceByLinks, Ground.TargetByLinks)
        : (Source.BootstrapServers, Target.BootstrapServers);

    /// <summary>
    /// Makes the topic, starts the systems and the load, and returns once everything is mirrored and positions have been stored.
    /// </summary>
    public static async Task<Scene> SetAsync(Ground ground, Fault fault, IReadOnlyList<MirrorSystem> systems, CancellationToken ct)
    {
        var scene = new Scene(ground, fault, $"{fault.Name}-{Guid.NewGuid().ToString("N")[..4]}");
        try
        {
            await scene.BeginAsync(systems, ct);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says that the damage is over: from here on it is counted how long it takes until each system mirrors on.</summary>
    public void SayOver() => Over ??= (TimeProvider.System.GetTimestamp(), Load!.Begun);

    /// <summary>From here on the names of brokers lead the mirrors to this address of loopback.</summary>
    public void MoveNames(string address) => File.WriteAllLines(_folder.File(Hosts), Ground.Hosts(address));

    public static Task WaitAsync(double seconds, CancellationToken ct) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, ct);

    public void Each(Action<Contestant> act) => _contestants.ForEach(act);

    public Task EachAsync(Func<Contestant, Task> act) => Task.WhenAll(_contestants.Select(act));

    /// <summary>Keeps in mind what the source holds now.</summary>
    public async Task RememberAsync(CancellationToken ct) =>
        _remembered.UnionWith((await KcatReading.AllAsync(Source.BootstrapServers, Topic, ct)).Select(record => record.Number));

    /// <summary>The records that a copy must hold: what the source holds, and where the fault says so what it held before.</summary>
    public async Task<HashSet<long>> ExpectedAsync(CancellationToken ct)
    {
        // A reading ends early where a broker is slow: once another one finds nothing more, that is all.
        HashSet<long> expected = [];
        for (var before = -1; before < expected.Count;)
        {
            before = expected.Count;
            expected.UnionWith((await KcatReading.AllAsync(Source.BootstrapServers, Topic, ct)).Select(record => record.Number));
        }

        if (Fault.CountsWhatTheSourceLost)
        {
            expected.UnionWith(_remembered);
        }

        return expected;
    }

    /// <summary>Which broker leads a partition.</summary>
    public static async Task<int> LeaderAsync(ITestCluster cluster, string topic, int partition, CancellationToken ct) =>
        (await cluster.Client.DescribeTopicAsync(topic, ct)).Partitions[partition].Leader;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Load is not null)
        {
            await Load.DisposeAsync();
        }

        foreach (var contestant in _contestants)
        {
            await contestant.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task BeginAsync(IReadOnlyList<MirrorSystem> systems, CancellationToken ct)
    {
        if (Fault.Replicas is { } replicas)
        {
            await RealSource.RunToolAsync("kafka-topics.sh",
                ["--bootstrap-server", Source.BootstrapServers, "--create", "--topic", Topic, "--partitions", $"{Partitions}",
                    "--replication-factor", $"{replicas}"], ct);
        }
        else
        {
            await Source.Client.CreateTopicAsync(Topic, Partitions, Fault.TopicConfigs, ct);
        }

        if (systems.Any(system => system.Prefix.Length == 0))
        {
            // MirrorMaker 1 makes no topics; left to the broker, it would have one partition.
            await Target.Client.CreateTopicAsync(Topic, Partitions, null, ct);
        }

        MoveNames("127.0.0.1");
        var job = new MirrorJob(Addresses.Source, Addresses.Target, Topic, Ground.Brokers, Fault.Settings)
        {
            Login = Fault.LogsIn is { } life ? Ground.Login(life) : new Dictionary<string, string>(),
        };
        foreach (var system in systems)
        {
            _contestants.Add(Contestant.Start(system, job, Fault.Workers, Fault.HasNames ? _folder.File(Hosts) : null));
        }

        Load = NumberedLoad.Start(Source, Topic, Partitions);
        var began = await Task.WhenAll(_contestants.ToList().Select(MirrorsAsync));
        foreach (var absent in _contestants.Where((_, number) => !began[number]).ToList())
        {
            _contestants.Remove(absent);
            await absent.DisposeAsync();
        }

        if (_contestants.Count == 0)
        {
            throw new InvalidOperationException($"no system began to mirror; refused: {Load.Refused} {Load.Refusal}");
        }

        await WaitAsync(4, ct);
        Each(contestant => contestant.BeginToListen());

        async Task<bool> MirrorsAsync(Contestant contestant)
        {
            try
            {
                await Eventually.ValueAsync($"{contestant.System.Name} to mirror", StartWithin, async token =>
                {
                    contestant.KeepAlive();
                    return await HeadsAsync(contestant, token);
                }, heads => heads.Count >= Partitions, ct);
                return true;
            }
            catch (TimeoutException)
            {
                _absent.Enqueue(contestant.Absent(Fault.Name, StartWithin));
                await contestant.StopAllAsync(ct);
                return false;
            }
        }
    }

    /// <summary>The highest numbers of a copy; none while it cannot be read.</summary>
    public async Task<Dictionary<int, long>> HeadsAsync(Contestant contestant, CancellationToken ct)
    {
        try
        {
            return await KcatReading.HeadsAsync(Target.BootstrapServers, contestant.Topic, ct);
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            await WaitAsync(0.2, ct);
            return [];
        }
    }
}
