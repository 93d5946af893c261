using Heliostat.Faults.Catalog;
using Heliostat.Faults.Publishing;
using Heliostat.Faults.Running;
using Heliostat.Faults.Systems;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults;

/// <summary>Plays faults and writes docs/faults.md: see <c>--help</c>.</summary>
internal static class Program
{
    private const string Help = """
        usage: dotnet run -c Release --project test/Heliostat.Faults -- --kafka KAFKA_HOME [--only FAULT[,FAULT]]
                   [--systems SYSTEM[,SYSTEM]]
               dotnet run -c Release --project test/Heliostat.Faults -- --quick

        Plays faults between two clusters of three Apache Kafka brokers, all systems side by side, reads both sides with kcat, and puts
        what it found into docs/faults.md: rows of faults and systems that did not run stay. --quick: on embedded brokers, our own
        systems only, and nothing is written. --list: the names. Exit status 1 when one of our own systems lost, doubled or reordered
        something, 3 when a fault could not be played.
        """;

    private static async Task<int> Main(string[] args)
    {
        if (args.Contains("--help") || args.Contains("--list"))
        {
            Console.WriteLine(args.Contains("--help") ? Help : string.Join('\n', FaultCatalog.All.Select(fault =>
                $"{fault.Name}: {fault.What}")));
            return 0;
        }

        if (Value(args, "--kafka") is { } home)
        {
            Environment.SetEnvironmentVariable("KAFKA_HOME", Path.GetFullPath(home));
        }

        var quick = args.Contains("--quick");
        var names = Value(args, "--only")?.Split(',');
        var wanted = Value(args, "--systems")?.Split(',');
        var faults = FaultCatalog.All.Where(fault =>
            names is null ? !fault.OnlyByName && (!quick || fault.OnEmbedded) : names.Contains(fault.Name)).ToList();
        var systems = MirrorSystems.All.Where(system =>
            (wanted is null || wanted.Contains(system.Name)) && (!quick || system.IsOurs)).ToList();
        if (faults.Count == 0 || systems.Count == 0 || (!quick && KafkaDistribution.Find() is null))
        {
            Console.Error.WriteLine("no such fault or system (--list), or no Apache Kafka at KAFKA_HOME\n" + Help);
            return 2;
        }

        return await RunAsync(faults, systems, quick, CancellationToken.None);
    }

    private static string? Value(string[] args, string option) =>
        Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static async Task<int> RunAsync(List<Fault> faults, List<MirrorSystem> systems, bool quick, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        var document = RepositoryFolder.File("docs/faults.md");
        await using var ground = quick ? await Ground.StartEmbeddedAsync(ct) : await Ground.StartRealAsync(ct);
        var status = 0;
        Say("the clusters stand");
        foreach (var fault in faults)
        {
            try
            {
                var rows = await Suite.PlayAsync(ground, fault, systems, Say, ct);
                foreach (var row in rows)
                {
                    var found = $"lost {row.Lost}, duplicated {row.Duplicated}, reordered {row.Reordered}, {row.Seconds} s";
                    Say($"{row.Fault}: {row.System}: {found}: {row.Told}");
                }

                status = Math.Max(status, rows.Any(IsOursAndWrong) ? 1 : 0);
                if (!quick)
                {
                    FaultDocument.Write(document, FaultDocument.Merge(FaultDocument.Read(document), rows));
                }
            }
            catch (Exception e)
            {
                Say($"{fault.Name} could not be played: {e}");
                status = 3;
            }

            await ground.MendAsync(ct);
        }

        return status;

        void Say(string what) => Console.WriteLine($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds,6:0} s  {what}");
    }

    private static bool IsOursAndWrong(Row row) =>
        MirrorSystems.All.Any(system => system.IsOurs && system.Name == row.System)
        && (row.Lost, row.Duplicated, row.Reordered) != ("0", "0", "0");
}
