using System.Globalization;
using Heliostat.Broker;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.BrokerBenchmark;

/// <summary>
/// Two embedded clusters and the engine between them, in one process: what the whole stack does without anything of other people's.
/// </summary>
internal static class MirrorRun
{
    private const string Topic = "bench";

    public static async Task RunAsync(BenchmarkOptions options, CancellationToken ct)
    {
        Console.WriteLine(
            $"{options.Megabytes} MB in records of {BenchmarkOptions.RecordBytes} bytes, {options.Partitions} partitions, "
                + $"{(options.Data is null ? "in memory" : "on disk")}; {Environment.ProcessorCount} processors\n");
        Console.WriteLine(
            "| batch bytes | MB/s | CPU s/GB | CPUs used | allocated MB/GB | collections 0/1/2 |\n|---:|---:|---:|---:|---:|---|");
        foreach (var batchSize in options.BatchSizes)
        {
            for (var run = 0; run < options.Repeat; run++) await RunAsync(options, batchSize, ct);
        }
    }

    private static async Task RunAsync(BenchmarkOptions options, int batchSize, CancellationToken ct)
    {
        await using var source = await StartAsync(options, "source", ct);
        await using var target = await StartAsync(options, "target", ct);
        var bytes = await FillAsync(source, options, batchSize, ct);
        var mirror = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = source.BootstrapServers,
            To = target.BootstrapServers,
            Topics = Topic,
            Group = "bench",
            Shorthands = [("", "auto.offset.reset", "earliest")],
        }).Flow;
        mirror = mirror with { Positions = mirror.SourceGroup with { UntilEnd = true } };
        var engine = new MirrorEngine([mirror], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        var before = Usage.Now();

        var outcome = await engine.RunAsync(ct, CancellationToken.None);

        var used = Usage.Now() - before;
        if (outcome.End != MirrorEnd.Completed
            || Enumerable.Range(0, options.Partitions).Any(p => target.LogEndOffset(Topic, p) != source.LogEndOffset(Topic, p)))
            throw new InvalidOperationException($"the mirror ended as {outcome.End} {outcome.Failure}, and not everything is there");

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {batchSize} | {bytes / 1e6 / used.Seconds:0} | {used.CpuSeconds / (bytes / 1e9):0.00} | "
                + $"{used.CpuSeconds / used.Seconds:0.00} " +
            $"| {used.AllocatedBytes / 1e6 / (bytes / 1e9):0} | {used.Gen0}/{used.Gen1}/{used.Gen2} |"));
    }

    private static Task<EmbeddedCluster> StartAsync(BenchmarkOptions options, string name, CancellationToken ct) =>
        EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                Topics = [new EmbeddedTopic(Topic, options.Partitions)],
                DataDirectory = options.Data is null ? null : Path.Combine(options.Data, $"{name}-{Guid.NewGuid():N}"),
            },
            ct);

    private static async Task<long> FillAsync(EmbeddedCluster cluster, BenchmarkOptions options, int batchSize, CancellationToken ct)
    {
        var random = new Random(1);
        var value = new byte[BenchmarkOptions.RecordBytes - 12];
        random.NextBytes(value);
        using var builder = new RecordBatchBuilder();
        while (builder.RecordsCount == 0 || builder.SizeInBytes + BenchmarkOptions.RecordBytes <= batchSize)
            builder.Append(1_700_000_000_000, NullableSpan.Null, (ReadOnlySpan<byte>)value);
        var batch = builder.Build().ToArray();
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, ct);
        var total = 0L;
        for (var n = 0; total < options.Megabytes * 1_000_000L; n++, total += batch.Length)
        {
            var request = new ProduceRequest { Acks = -1, TimeoutMs = 30_000 };
            var topic = request.TopicData.Next();
            topic.Name = Topic;
            var data = topic.PartitionData.Next();
            data.Index = n % options.Partitions;
            data.Records = batch;
            var response = await client.CallAsync(request, 9, ct);
            if (response.Responses[0].PartitionResponses[0].ErrorCode != ErrorCode.None)
                throw new InvalidOperationException("could not fill the source");
        }

        return total;
    }

    private readonly record struct Usage(double Seconds, double CpuSeconds, long AllocatedBytes, int Gen0, int Gen1, int Gen2)
    {
        public static Usage Now() => new(
            TimeProvider.System.GetElapsedTime(0).TotalSeconds,
            Environment.CpuUsage.TotalTime.TotalSeconds,
            GC.GetTotalAllocatedBytes(),
            GC.CollectionCount(0),
            GC.CollectionCount(1),
            GC.CollectionCount(2));

        public static Usage operator -(Usage end, Usage begin) => new(
            end.Seconds - begin.Seconds, end.CpuSeconds - begin.CpuSeconds, end.AllocatedBytes - begin.AllocatedBytes,
            end.Gen0 - begin.Gen0, end.Gen1 - begin.Gen1, end.Gen2 - begin.Gen2);
    }
}
