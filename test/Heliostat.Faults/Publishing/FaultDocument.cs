using System.Text;
using Heliostat.Faults.Catalog;
using Heliostat.Faults.Systems;

namespace Heliostat.Faults.Publishing;

/// <summary>docs/faults.md, written by the run itself. Rows of faults and systems that did not run stay as they were.</summary>
internal static class FaultDocument
{
    private const string RowStart = "| ";
    private const int Cells = 6;
    private const string TableHead = "| system | lost | duplicated | reordered | seconds | what was told |\n|---|---|---|---|---|---|\n";

    /// <summary>The rows of the file at <paramref name="path"/>, in its order.</summary>
    public static List<Row> Read(string path)
    {
        var rows = new List<Row>();
        var fault = "";
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                fault = line[4..].Trim();
            }
            else if (fault.Length > 0 && line.StartsWith(RowStart, StringComparison.Ordinal)
                && line.Trim('|', ' ').Split(" | ") is { Length: Cells } cells
                && MirrorSystems.All.Any(system => system.Name == cells[0].Trim()))
            {
                rows.Add(new Row(fault, cells[0].Trim(), cells[1].Trim(), cells[2].Trim(), cells[3].Trim(), cells[4].Trim(),
                    cells[5].Trim()));
            }
        }

        return rows;
    }

    /// <summary>Puts new rows in the place of old ones.</summary>
    public static List<Row> Merge(IEnumerable<Row> kept, IReadOnlyList<Row> fresh) =>
        [.. kept.Where(row => !fresh.Any(other => (other.Fault, other.System) == (row.Fault, row.System))), .. fresh];

    /// <summary>Writes the whole document; faults without a row are listed as not run.</summary>
    public static void Write(string path, IReadOnlyCollection<Row> rows)
    {
        var text = new StringBuilder(Head);
        foreach (var system in MirrorSystems.All)
        {
            text.Append($"- *{system.Name}*: {system.What}\n");
        }

        text.Append("\n## Faults\n");
        foreach (var fault in FaultCatalog.All.Where(fault => rows.Any(row => row.Fault == fault.Name)))
        {
            text.Append($"\n### {fault.Name}\n\n{fault.What}\n\n{TableHead}");
            foreach (var row in MirrorSystems.All.SelectMany(system => rows.Where(row =>
                row.Fault == fault.Name && row.System == system.Name)))
            {
                text.Append($"| {row.System} | {row.Lost} | {row.Duplicated} | {row.Reordered} | {row.Seconds} | {row.Told} |\n");
            }

            if (fault.Note is not null)
            {
                text.Append($"\n{fault.Note}\n");
            }
        }

        var never = FaultCatalog.All.Where(fault => rows.All(row => row.Fault != fault.Name)).Select(fault => fault.Name).ToList();
        if (never.Count > 0)
        {
            text.Append($"\n## Not run yet\n\n{string.Join(", ", never)}\n");
        }

        File.WriteAllText(path, text.ToString());
    }

    /// <summary>One line of a log as a cell: short, and without what would end the cell or be taken for markup.</summary>
    public static string Cell(string line) =>
        line.Replace("->", "→", StringComparison.Ordinal).Replace('|', '/').Replace('`', '\'').Replace('<', '(').Replace('>', ')')
            .Replace('[', '(').Replace(']', ')').Trim();

    private const string Head = """
        # Faults

        Written by `dotnet run -c Release --project test/Heliostat.Faults -- --kafka $KAFKA_HOME`; test/Heliostat.Faults/README.md says how
        to run parts of it. Two clusters of three Apache Kafka brokers each on one machine, all systems side by side on one topic of four
        partitions under a load that goes on, so that one fault hits all of them in the same moment. Both sides are read by kcat; each
        record has a number.

        - *lost*: the source holds it, the copy does not; in brackets: what the copy holds and the source does not (any more).
        - *duplicated*: there more than once. *reordered*: behind a later record of its key.
        - *seconds*: from the end of the fault (of a process that was killed: from the kill, and it is started again at once) until
          records that were produced after it have arrived in every partition. One small machine has to carry both clusters and all
          systems: seconds are for comparing with each other.
        - *what was told*: the first line of the log that says something of it, and how many warnings and errors there were in all.
          A program that ended by itself was started again, as a service manager would, up to five times.
        - *not played*: the system did not mirror yet when everything was about to go wrong.

        Systems:


        """;
}
