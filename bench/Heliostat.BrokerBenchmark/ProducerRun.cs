using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.BrokerBenchmark;

/// <summary>Apache Kafka's own producer against its own broker and against ours, each a process of its own.</summary>
internal static partial class ProducerRun
{
    private const string Topic = "bench";

    public static async Task RunAsync(BenchmarkOptions options, CancellationToken ct)
    {
        var kafka = KafkaDistribution.Require(null);
        Console.WriteLine(
            $"{options.Records} records of {BenchmarkOptions.RecordBytes} bytes, {options.Partitions} partitions, acks=all, linger.ms=5; "
                + $"{Environment.ProcessorCount} processors\n");
        Console.WriteLine(
            "| batch.size | broker | records/s | MB/s | of Kafka's | average latency ms | broker CPU s/GB "
                + "|\n|---:|---|---:|---:|---:|---:|---:|");
        foreach (var batchSize in options.BatchSizes)
        {
            for (var run = 0; run < options.Repeat; run++)
            {
                var real = await RealAsync(kafka, options, batchSize, ct);
                Print(batchSize, $"Kafka {kafka.Version}", real, real);
                Print(batchSize, "embedded, memory", await EmbeddedAsync(kafka, options, batchSize, onDisk: false, ct), real);
                Print(batchSize, "embedded, disk", await EmbeddedAsync(kafka, options, batchSize, onDisk: true, ct), real);
            }
        }
    }

    private static void Print(int batchSize, string broker, Result result, Result real) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {batchSize} | {broker} | {result.RecordsPerSecond:0} | {result.RecordsPerSecond * BenchmarkOptions.RecordBytes / 1e6:0} | "
            + $"{result.RecordsPerSecond / real.RecordsPerSecond:0.00} | {result.LatencyMs:0.0} | {result.CpuSecondsPerGigabyte:0.00} |"));

    private static async Task<Result> RealAsync(KafkaDistribution kafka, BenchmarkOptions options, int batchSize, CancellationToken ct)
    {
        await using var cluster = await KafkaCluster.StartAsync(
            new KafkaClusterOptions
            {
                FullSpeed = true,
                Properties = new Dictionary<string, string> { ["num.partitions"] = $"{options.Partitions}" }
            }, ct);
        return await ProduceAsync(kafka, cluster.BootstrapServers, cluster.Brokers[0].ProcessId, options, batchSize, ct);
    }

    private static async Task<Result> EmbeddedAsync(KafkaDistribution kafka, BenchmarkOptions options, int batchSize, bool onDisk,
        CancellationToken ct)
    {
        using var folder = new TemporaryFolder("bench");
        var port = FreePort();
        string[] data = onDisk ? ["--data", folder.Path] : [];
        await using var broker = HeliostatProcess.Start(
            ["broker", "--port", $"{port}", "--quiet", "--config", $"num.partitions={options.Partitions}", .. data]);
        await broker.RunsUntilAsync("the broker", TimeSpan.FromSeconds(60), _ => Task.FromResult(Answers(port)), ct);
        return await ProduceAsync(kafka, $"127.0.0.1:{port}", broker.Id, options, batchSize, ct);
    }

    private static async Task<Result> ProduceAsync(KafkaDistribution kafka, string bootstrap, int broker, BenchmarkOptions options,
        int batchSize, CancellationToken ct)
    {
        using var folder = new TemporaryFolder("perf");

        // A first, short run warms the broker up, as both deserve.
        await RunToolAsync(kafka, folder, bootstrap, options.Records / 10, batchSize, ct);
        var before = CpuSeconds(broker);
        var output = await RunToolAsync(kafka, folder, bootstrap, options.Records, batchSize, ct);
        var used = CpuSeconds(broker) - before;
        var last = Summary().Matches(output)[^1];
        return new Result(
            double.Parse(last.Groups["rate"].Value, CultureInfo.InvariantCulture),
            double.Parse(last.Groups["latency"].Value, CultureInfo.InvariantCulture),
            used / (options.Records * BenchmarkOptions.RecordBytes / 1e9));
    }

    private static async Task<string> RunToolAsync(KafkaDistribution kafka, TemporaryFolder folder, string bootstrap, long records,
        int batchSize, CancellationToken ct)
    {
        var stem = folder.File($"perf-{Guid.NewGuid():N}");
        await using var tool = ChildProcess.Start(
            stem,
            [
                kafka.Tool("kafka-producer-perf-test.sh"), "--topic", Topic, "--num-records", $"{records}", "--record-size",
                $"{BenchmarkOptions.RecordBytes}", "--throughput", "-1", "--producer-props", $"bootstrap.servers={bootstrap}", "acks=all",
                $"batch.size={batchSize}", "linger.ms=5", "buffer.memory=134217728", "max.request.size=4000000",
            ],
            new Dictionary<string, string> { ["LOG_DIR"] = folder.Path },
            separateErrors: true);
        var status = await tool.WaitForExitAsync(TimeSpan.FromMinutes(10), ct);
        return status == 0
            ? await File.ReadAllTextAsync(tool.OutputFile, ct)
            : throw new InvalidOperationException($"the tool ended with {status}:\n{tool.Tail()}");
    }

    private static double CpuSeconds(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100d;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Answers(int port)
    {
        try
        {
            using var tcp = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"records sent, (?<rate>[\d.]+) records/sec \([\d.]+ MB/sec\), (?<latency>[\d.]+) ms avg latency")]
    private static partial Regex Summary();

    private sealed record Result(double RecordsPerSecond, double LatencyMs, double CpuSecondsPerGigabyte);
}
