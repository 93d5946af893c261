using System.Globalization;
using Heliostat.Mirroring.Planning.Drift;

namespace Heliostat.Output;

/// <summary>Differences as text: a block for each flow, a paragraph for each kind.</summary>
internal static class DriftText
{
    public static string Of(DriftFile file, int width)
    {
        var text = new WrappedText(width);
        foreach (var flow in file.Flows)
        {
            text.Line(0, string.Create(CultureInfo.InvariantCulture, $"{flow.Flow}  {flow.Topics} topics"));
            foreach (var kind in flow.Differences.GroupBy(difference => difference.Kind))
            {
                text.Line(1, Head(kind.Key));
                foreach (var difference in kind)
                {
                    text.Line(2, Line(difference));
                }
            }

            if (flow.Differences.Count == 0)
            {
                text.Line(1, "Nothing of what was compared is otherwise.");
            }

            foreach (var missing in flow.NotCompared)
            {
                text.Line(1, $"Not compared: {missing.What} ({missing.Why})");
            }

            text.Line(0, "");
        }

        return text.ToString();
    }

    private static string Head(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Topic => "Topics",
        DifferenceKind.Partitions => "Partitions",
        DifferenceKind.Config => "Configs",
        DifferenceKind.Acl => "Access rules that are not there",
        DifferenceKind.Group => "Groups",
        DifferenceKind.Quota => "Quotas, which no mirror copies",
        _ => "Users of SCRAM, whose passwords no cluster tells: make them by hand",
    };

    private static string Line(Difference difference) => difference.Kind switch
    {
        DifferenceKind.Topic => $"{difference.Name} {difference.What}",
        DifferenceKind.Acl => difference.Name,
        DifferenceKind.Group => $"{difference.Name}: would go on at {difference.Source ?? "a place that is not known"}, "
            + $"{(difference.Target is { } at ? $"{at} is written" : "nothing is written")}; {difference.What}",
        _ => $"{difference.Name}  {difference.What}: {difference.Source ?? "the default"} on the source, "
            + $"{difference.Target ?? (difference.Kind == DifferenceKind.Config ? "the default" : "none")} on the target",
    };
}
