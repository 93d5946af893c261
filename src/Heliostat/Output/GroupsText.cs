using System.Globalization;
using System.Text;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.Planning;

namespace Heliostat.Output;

/// <summary>
/// Groups as text: a line for each partition; where something is not as it should be, the reason under those that it is true of, or once
/// for a whole flow.
/// </summary>
internal static class GroupsText
{
    private static readonly string[] Heads = ["GROUP", "TOPIC-PARTITION", "SOURCE", "LAG", "TARGET", "LAG", "WRITTEN"];

    public static string Of(IReadOnlyList<FlowGroups> flows)
    {
        var text = new StringBuilder();
        foreach (var flow in flows)
        {
            text.AppendLine(flow.Flow);
            if (flow.Positions.Count == 0)
            {
                text.AppendLine("  no group that is followed has committed anything");
            }
            else
            {
                // What is true of the whole flow is said once, and not under each row.
                var common = flow.Positions.Count > 1 && flow.Positions.All(position => Words(position) == Words(flow.Positions[0]))
                    ? Words(flow.Positions[0])
                    : null;
                if (common is not null)
                {
                    text.AppendLine($"  {common}");
                }

                Table(text, flow.Positions, common is null);
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<GroupPosition> positions, bool notes)
    {
        string[][] rows = [Heads, .. positions.Select(Cells)];
        int[] widths = [.. Heads.Select((_, column) => rows.Max(row => row[column].Length))];
        var group = "";
        for (var i = 0; i < rows.Length; i++)
        {
            var cells = rows[i].ToArray();
            (cells[0], group) = cells[0] == group ? ("", group) : (cells[0], cells[0]);
            text.Append("  ").Append(cells[0].PadRight(widths[0])).Append("  ").Append(cells[1].PadRight(widths[1]));
            for (var column = 2; column < cells.Length; column++)
            {
                text.Append("  ").Append(cells[column].PadLeft(widths[column]));
            }

            text.AppendLine();
            // Of rows that stand together under one note the last has it.
            if (notes && i > 0 && Words(positions[i - 1]) is { } words && (i == positions.Count || Words(positions[i]) != words))
            {
                text.Append("  ").Append(' ', widths[0]).Append("    ").AppendLine(words);
            }
        }
    }

    private static string? Words(GroupPosition position) =>
        position.Equality is not { } equality ? position.Note : $"offsets: {equality}{(position.Note is { } note ? $"; {note}" : "")}";

    private static string[] Cells(GroupPosition position) =>
    [
        position.Group,
        string.Create(CultureInfo.InvariantCulture, $"{position.Topic}-{position.Partition}"),
        Number(position.SourceOffset),
        Number(position.SourceLag),
        position.Precision == TranslationPrecision.AtOrBefore ? "≥ " + Number(position.TargetOffset) : Number(position.TargetOffset),
        Number(position.TargetLag),
        Number(position.Written),
    ];

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
