using System.Diagnostics;
using System.Globalization;
using System.Text;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Flows whose transforms are classes of Java, in a JVM.</summary>
public sealed class JavaFlowTests : IDisposable
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly TemporaryFolder _folder = new("java-flow");

    [KafkaFact]
    public async Task What_a_class_makes_arrives_once_also_where_its_JVM_is_killed_and_the_mirror_with_it()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        var settings = await SettingsAsync();
        var loggers = new RecordingLoggerFactory();
        List<string> expected = [];
        for (var life = 0; life < 2; life++)
        {
            await LoadAsync(bench, life * 3000, 3000, expected);
            var isKilled = false;
            await bench.RunUntilAsync(settings, "all to arrive", async snapshot =>
            {
                var there = await bench.EndAsync("B", "A.orders");
                if (!isKilled && there > 0 && JavaProcesses(loggers).Any(IsRunning))
                {
                    isKilled = true;
                    Kill(loggers);
                    await LoadAsync(bench, (life * 3000) + 2_000_000, 1000, expected);
                }

                return isKilled && there == expected.Count && snapshot.Flows[0].Lanes is { LagRecords: 0 };
            }, loggers);
        }

        await LoadAsync(bench, 9_000_000, 500, expected);
        await bench.CrashAsync($"{settings}\nB.offset.flush.interval.ms = 3600000", "A.orders", expected.Count - 100);
        await bench.RunUntilAsync(settings, "the rest to arrive",
            async snapshot => snapshot.Flows[0].Lanes is { RunningLanes: > 0, LagRecords: 0 }
                && await bench.EndAsync("B", "A.orders") > 0, loggers);

        var records = (await bench.Client("B").ReadAsync("A.orders", new() { Records = true }, Ct))[0].Records;
        Assert.Equal(expected, records.Select(record => Encoding.UTF8.GetString(record.Value!)));
        Assert.Equal(["mark"], records[^1].Headers.Select(header => header.Name));
        Assert.DoesNotContain(JavaProcesses(loggers), IsRunning);
    }

    [KafkaFact]
    public async Task A_class_that_cannot_be_configured_refuses_the_flow()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        var settings = await SettingsAsync(JavaJar.MarkTransform.Replace(
            "System.out.println(\"configured\");", "throw new IllegalStateException(\"no mark\");", StringComparison.Ordinal));

        var engine = bench.Engine(settings);
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token, CancellationToken.None);
        var trouble = await Eventually.ValueAsync("the flow to be refused", TimeSpan.FromSeconds(60),
            _ => Task.FromResult(engine.Snapshot().Flows[0].Status == FlowStatus.Refused ? engine.Snapshot().Flows[0].Cause : null),
            cause => cause is not null, Ct);
        await stop.CancelAsync();
        await running;

        Assert.Equal("java: com.example.Mark: java.lang.IllegalStateException: no mark", trouble);
    }

    public void Dispose() => _folder.Dispose();

    private static void Kill(RecordingLoggerFactory loggers)
    {
        using var process = Process.GetProcessById(JavaProcesses(loggers).Last(IsRunning));
        process.Kill();
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IEnumerable<int> JavaProcesses(RecordingLoggerFactory loggers) => loggers.Lines
        .Where(line => line.Contains("runs as process ", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split("runs as process ")[1], CultureInfo.InvariantCulture)).ToList();

    private static async Task LoadAsync(FlowBench bench, int from, int count, List<string> expected)
    {
        var values = Enumerable.Range(from, count).Select(i => i % 3 == 0 ? $"drop-{i}" : $"value-{i}").ToList();
        await bench.Client("A").ProduceAsync("orders", values.Select(value => KafkaRecord.Of("key", value, 0)),
            new Dictionary<string, string> { ["batch.size"] = "4000" }, Ct);
        expected.AddRange(values.Where(value => value[0] == 'v').Select(value => value.ToUpperInvariant()));
    }

    private async Task<string> SettingsAsync(string source = JavaJar.MarkTransform)
    {
        var kafka = KafkaDistribution.Require();
        var classes = await JavaJar.CompileAsync(_folder, "Mark", source, kafka, Ct);
        return $"""
            A->B.enabled = true
            A->B.transforms = mark
            A->B.transforms.mark.type = com.example.Mark
            A->B.transforms.mark.mark = here
            heliostat.java.classpath = {classes}:{JavaJar.Jars(kafka)}
            """;
    }
}
