using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.MirrorBenchmark;

/// <summary>Two brokers, one topic of records, and one mirror after the other.</summary>
internal sealed class Benchmark : IAsyncDisposable
{
    private const string Topic = "benchmark";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly BenchmarkOptions _options;
    private readonly KafkaCluster _source;
    private readonly KafkaCluster _target;
    private readonly TemporaryFolder _folder;
    private readonly TlsSides _tls;
    private readonly (int Source, int Target) _ports;

    private Benchmark(BenchmarkOptions options, TemporaryFolder folder, TlsSides tls, KafkaCluster source, KafkaCluster target,
        (int Source, int Target) ports)
    {
        _options = options;
        _folder = folder;
        _tls = tls;
        _source = source;
        _target = target;
        _ports = ports;
    }

    public static async Task<Benchmark> StartAsync(BenchmarkOptions options, CancellationToken ct)
    {
        var folder = new TemporaryFolder("benchmark");
        var tls = new TlsSides(folder);
        (int Source, int Target) ports = (FreePorts.Next(), FreePorts.Next());
        KafkaClusterOptions Cluster(int port) => new()
        {
            FullSpeed = true,
            Listeners = new Dictionary<string, int> { [TlsSides.Listener] = port },
            Properties = new Dictionary<string, string>(tls.BrokerProperties)
            {
                ["log.segment.delete.delay.ms"] = "1000",
                ["auto.create.topics.enable"] = "false"
            },
        };
        var source = await KafkaCluster.StartAsync(Cluster(ports.Source), ct);
        return new Benchmark(options, folder, tls, source, await KafkaCluster.StartAsync(Cluster(ports.Target), ct), ports);
    }

    /// <summary>Fills the source topic anew, with Kafka's own load generator.</summary>
    public async Task FillAsync(string codec, CancellationToken ct)
    {
        var payload = _folder.File("payload");
        await Payload.WriteAsync(payload, ct);
        await RecreateAsync(_source, ct);
        await _source.RunToolAsync("kafka-producer-perf-test.sh",
        [
            "--topic", Topic, "--num-records", $"{_options.Records}", "--throughput", "-1", "--payload-file", payload, "--producer-props",
            $"bootstrap.servers={_source.BootstrapServers}", $"batch.size={_options.BatchSize}", "linger.ms=50",
            $"compression.type={codec}",
        ], ct);
    }

    public async Task<Measurement> MeasureAsync(string codec, Mirror mirror, TlsUse tls, int? viewers, CancellationToken ct)
    {
        await RecreateAsync(_target, ct);
        var api = FreePorts.Next();
        var task = new MirrorTask(
            _folder, tls.Source ? $"127.0.0.1:{_ports.Source}" : _source.BootstrapServers,
            tls.Target ? $"127.0.0.1:{_ports.Target}" : _target.BootstrapServers, Topic, codec)
        {
            SourceLines = prefix => _tls.Lines(tls.Source, prefix),
            TargetLines = prefix => _tls.Lines(tls.Target, prefix),
            Api = viewers is null ? [] : ["--api", $"127.0.0.1:{api}"],
        };
        var started = Clock.GetTimestamp();
        await using var process = ChildProcess.Start(_folder.File("mirror"), mirror.Prepare(task), null, separateErrors: false);
        try
        {
            await using var onlookers = new Onlookers(api);
            var held = viewers is null ? null : await onlookers.HoldAsync(ct);
            if (held is not null)
            {
                await onlookers.BeginAsync(viewers!.Value, held, Mirror.Program, _folder, ct);
            }

            var begin = await LookAsync(process, started, atLeast: held is null ? 1 : 0, ct);
            if (held is not null)
            {
                await onlookers.ReleaseAsync(held, ct);
            }

            var end = await LookAsync(process, started, _options.Records, ct);
            onlookers.Check();
            process.Signal(ProcessSignal.Terminate);
            await process.WaitForExitAsync(Patience, ct);
            return new Measurement(codec, mirror.Title + tls.Suffix, begin, end) { Viewers = viewers };
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{mirror.Title}: {e.Message}\n{process.Tail()}", e);
        }
    }

    /// <summary>The floor: the same bytes through a <see cref="Relay"/>.</summary>
    public Task<Measurement> MeasureRelayAsync(string codec, TlsUse tls, CancellationToken ct) =>
        new RelayRun(_source.Broker(1).DataFolder, Topic, _options.Records * Payload.RecordBytes, _tls, tls).MeasureAsync(codec, _folder,
            ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
        _tls.Dispose();
        _folder.Dispose();
    }

    private async Task RecreateAsync(KafkaCluster cluster, CancellationToken ct)
    {
        if ((await cluster.Client.ListTopicsAsync(ct)).Contains(Topic))
        {
            await cluster.Client.DeleteTopicAsync(Topic, ct);
            await Eventually.ValueAsync("the old topic to go", Patience, cluster.Client.ListTopicsAsync, topics => !topics.Contains(Topic),
                ct);
            await Eventually.TrueAsync("the old records to go", Patience,
                () => Directory.GetDirectories(cluster.Broker(1).DataFolder, Topic + "*").Length == 0, ct);
        }

        await cluster.Client.CreateTopicAsync(Topic, _options.Partitions, null, ct);
    }

    /// <summary>Looks until the target holds as many records; fails when nothing moved for a while or the mirror ended.</summary>
    private async Task<Sighting> LookAsync(ChildProcess mirror, long started, long atLeast, CancellationToken ct)
    {
        var (moved, last) = (Clock.GetTimestamp(), 0L);
        while (true)
        {
            var records = (await _target.Client.EndOffsetsAsync(Topic, ct)).Sum();
            if (records >= atLeast && !mirror.HasExited)
            {
                return new Sighting(
                    Clock.GetElapsedTime(started), records * Payload.RecordBytes, ProcessUsage.Of(mirror.Id),
                    ProcessUsage.Of(_source.Broker(1).ProcessId), ProcessUsage.Of(_target.Broker(1).ProcessId), MachineUsage.Now());
            }

            if (records != last)
            {
                (moved, last) = (Clock.GetTimestamp(), records);
            }

            if (mirror.HasExited || Clock.GetElapsedTime(moved) > Patience)
            {
                throw new TimeoutException($"stopped at {records} of {_options.Records} records");
            }

            await Task.Delay(Look, Clock, ct);
        }
    }
}
