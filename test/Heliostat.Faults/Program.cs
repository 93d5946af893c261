using System.Collections.Concurrent;
using System.Globalization;
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
    private static readonly Lock Document = new();

    private const string Help = """
        usage: dotnet run -c Release --project test/Heliostat.Faults -- --kafka KAFKA_HOME [--only FAULT[,FAULT]]
                   [--systems SYSTEM[,SYSTEM]] [--beside N]
               dotnet run -c Release --project test/Heliostat.Faults -- --quick

        Plays faults between two clusters of three Apache Kafka brokers, all systems side by side, reads both sides with kcat, and puts
        what it found into docs/faults.md: rows of faults and systems that did not run stay. --quick: on embedded brokers, our own
        systems only, and nothing is written. --beside: so many faults at once, of those that hurt nobody else. --list: the names.
        Exit status 1 when one of our own systems lost, doubled or reordered something, 3 when a fault could not be played.
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

        var beside = Value(args, "--beside") is { } many ? int.Parse(many, CultureInfo.InvariantCulture) : 1;
        return await RunAsync(faults, systems, quick, beside, CancellationToken.None);
    }

    private static string? Value(string[] args, string option) =>
        Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static async Task<int> RunAsync(List<Fault> faults, List<MirrorSystem> systems, bool quick, int beside, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        var statuses = new ConcurrentBag<int>();
        foreach (var onOneGround in faults.GroupBy(fault => (LogsIn: fault.LogsIn is not null, fault.HasNames)))
        {
            Ground? ground = null;
            try
            {
                foreach (var together in onOneGround.GroupBy(fault => fault.HurtsOthers)
                    .SelectMany(group => group.Chunk(group.Key ? 1 : beside)))
                {
                    ground = await PlayAllAsync(ground, together);
                }
            }
            finally
            {
                await EndAsync(ground);
            }
        }

        return statuses.Max();

        // The clusters that stand after it; null where the next fault needs new ones.
        async Task<Ground?> PlayAllAsync(Ground? ground, Fault[] together)
        {
            try
            {
                if (ground is null)
                {
                    ground = quick ? await Ground.StartEmbeddedAsync(ct)
                        : await Ground.StartRealAsync(together[0].LogsIn is not null, together[0].HasNames, ct);
                    Say("the clusters stand");
                }

                var played = await Task.WhenAll(together.Select(fault => PlayAsync(ground, fault)));
                if (played.All(one => one))
                {
                    await ground.MendAsync(ct);
                    return ground;
                }
            }
            catch (Exception e)
            {
                Say($"the clusters do not stand ({string.Join(", ", together.Select(fault => fault.Name))}): {e}");
                statuses.Add(3);
            }

            await EndAsync(ground);
            return null;
        }

        async Task<bool> PlayAsync(Ground ground, Fault fault)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(fault.Deadline);
            try
            {
                var rows = await Suite.PlayAsync(ground, fault, systems, Say, deadline.Token);
                statuses.Add(Publish(rows, quick, Say));
                return true;
            }
            catch (Exception e)
            {
                Say($"{fault.Name} could not be played{(deadline.IsCancellationRequested ? $" in {fault.Deadline}" : "")}: {e}");
                statuses.Add(3);
                return false;
            }
        }

        async Task EndAsync(Ground? ground)
        {
            try
            {
                await (ground?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
            catch (Exception e)
            {
                Say($"the clusters did not end well: {e.Message}");
            }
        }

        void Say(string what) => Console.WriteLine($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds,6:0} s  {what}");
    }

    private static int Publish(IReadOnlyList<Row> rows, bool quick, Action<string> say)
    {
        foreach (var row in rows)
        {
            var found = $"lost {row.Lost}, duplicated {row.Duplicated}, reordered {row.Reordered}, {row.Seconds} s";
            say($"{row.Fault}: {row.System}: {found}: {row.Told}");
        }

        if (!quick)
        {
            lock (Document)
            {
                var document = RepositoryFolder.File("docs/faults.md");
                FaultDocument.Write(document, FaultDocument.Merge(FaultDocument.Read(document), rows));
            }
        }

        return rows.Any(IsOursAndWrong) ? 1 : rows.Any(row => row.Lost == Row.NotPlayed) ? 3 : 0;
    }

    private static bool IsOursAndWrong(Row row) =>
        row.Lost != Row.NotPlayed && MirrorSystems.All.Any(system => system.IsOurs && system.Name == row.System)
        && (row.Lost, row.Duplicated, row.Reordered) != ("0", "0", "0");
}
