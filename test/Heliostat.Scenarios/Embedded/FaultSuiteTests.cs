using Heliostat.Faults.Catalog;
using Heliostat.Faults.Judging;
using Heliostat.Faults.Publishing;
using Heliostat.Faults.Running;
using Heliostat.Faults.Systems;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.Embedded;

/// <summary>The quick part of the fault suite, and what it judges and writes by.</summary>
public sealed class FaultSuiteTests(ITestOutputHelper output)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly string[] Played = ["heliostat", "heliostat-group"];

    [KafkaFact(Kcat = true)]
    public async Task A_killed_mirror_is_whole_in_both_ways()
    {
        await using var ground = await Ground.StartEmbeddedAsync(Ct);
        var fault = Assert.Single(FaultCatalog.All, fault => fault.Name == "mirror-killed");
        var rows = await Suite.PlayAsync(ground, fault, [.. MirrorSystems.All.Where(system => Played.Contains(system.Name))],
            output.WriteLine, Ct);

        Assert.Equal(Played, rows.Select(row => row.System).Order());
        Assert.All(rows, row => Assert.Equal(("0", "0", "0"), (row.Lost, row.Duplicated, row.Reordered)));
        Assert.All(rows, row => Assert.DoesNotContain("not in", row.Seconds, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_lost_doubled_and_out_of_order_is_counted()
    {
        SeenRecord[] copy = [new(0, 0, "a", 1), new(0, 1, "a", 3), new(0, 2, "a", 2), new(0, 3, "b", 0), new(0, 4, "a", 3),
            new(1, 0, "c", 9)];

        Assert.Equal(new Verdict(Lost: 1, Duplicated: 1, Reordered: 1, Beyond: 1), Verdict.Of([0, 1, 2, 3, 4], copy));
    }

    [Fact]
    public void What_was_told_is_neither_what_each_start_says_nor_the_middle_of_a_trace()
    {
        List<string> lines =
        [
            "[2026-12-01 00:00:01,000] WARN All plugins have ServiceLoader manifests (org.apache.kafka.connect.runtime.isolation.Plugins)",
            "org.apache.kafka.common.errors.DisconnectException: null",
            "\tat org.apache.kafka.clients.NetworkClient.errors(NetworkClient.java:1)",
            "[2026-12-01 00:00:02,000] INFO Resetting offset for partition a-0",
            "[2026-12-01 00:00:03,000] WARN the broker is not there (org.apache.kafka.clients.NetworkClient)",
        ];

        Assert.Equal("*WARN the broker is not there (org.apache.kafka.clients.NetworkClient)* (1)", Contestant.Told(lines, ""));
        Assert.Equal("*INFO Resetting offset for partition a-0* (1)", Contestant.Told(lines, "resetting offset"));
        Assert.Equal("nothing of it (1)", Contestant.Told(lines, "was truncated"));
    }

    [Fact]
    public void Rows_that_did_not_run_stay_in_the_document()
    {
        using var folder = new TemporaryFolder("faults");
        var file = folder.File("faults.md");
        var faults = FaultCatalog.All;
        Row[] first = [new(faults[0].Name, "mm2", "0", "3", "0", "1.0", "*nothing* (0)"),
            new(faults[1].Name, "mm1", Row.NotPlayed, "", "", "", "a word (1)")];
        FaultDocument.Write(file, first);
        Assert.Equal(first, FaultDocument.Read(file));

        Row again = first[0] with { Duplicated = "4" };
        FaultDocument.Write(file, FaultDocument.Merge(FaultDocument.Read(file), [again]));
        Assert.Equal([again, first[1]], FaultDocument.Read(file));
    }
}
