using System.Globalization;
using Heliostat.Status;

namespace Heliostat.Pages;

/// <summary>One topic and its lanes.</summary>
internal static class TopicPage
{
    private const int MostLanes = 1000;

    public static Html Of(TopicDocument topic, IReadOnlyList<LaneDocument> lanes, DateTimeOffset now) => Html.Of(html =>
    {
        html.Add(
            $"<section class=\"sentence\"><p><a "
                + $"href=\"{Words.FlowPath(topic.Flow)}\">{topic.Flow}</a></p><h1>{topic.Topic}</h1><p>{FrontPage.Lanes(topic.Lanes)}");
        html.Add($"{(topic.TargetTopic is { } target && target != topic.Topic ? $" · {target} on the target" : "")}</p>");
        var isPaused = topic.Lanes.All > 0 && topic.Lanes.PausedByOperator == topic.Lanes.All;
        html.Add($"<p class=\"do\">{FlowPage.Actions($"{topic.Flow}/{topic.Topic}", isPaused)}</p></section>");
        html.Add(
            $"<section><div class=\"table\"><table><thead><tr><th class=\"n\">Partition</th><th>State</th><th class=\"n\">Position</th><th "
                + $"class=\"n\">Source end</th><th class=\"n\">Lag</th><th class=\"n\">Records</th><th>Change</th></tr></thead><tbody>");
        foreach (var lane in lanes.Take(MostLanes))
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"{lane.Flow}/{lane.Topic}/{lane.Partition}");
            html.Add(
                $"<tr><td class=\"n\" data-h=\"Partition\">{lane.Partition}</td><td "
                    + $"data-h=\"State\">{Words.State(lane.PausedByOperator ? "paused by an operator" : lane.State)}</td>");
            html.Add(
                $"<td class=\"n\" data-h=\"Position\">{Words.Number(lane.Position)}</td><td class=\"n\" data-h=\"Source "
                    + $"end\">{Words.Number(lane.SourceEnd)}</td><td class=\"n\" data-h=\"Lag\">{Words.Number(lane.LagRecords)}</td>");
            html.Add(
                $"<td class=\"n\" data-h=\"Records\">{lane.Records}</td><td><a "
                    + $"href=\"{ActionPage.Path(lane.PausedByOperator ? "resume" : "pause", what)}\">"
                    + $"{(lane.PausedByOperator ? "resume" : "pause")}…</a></td></tr>");
            if (lane.Cause is { } cause)
            {
                html.Add($"<tr class=\"why\"><td></td><td colspan=\"6\"><span class=\"cause\">{cause}</span>");
                if (lane.RetryAt is { } at)
                {
                    html.Add($" <span class=\"dim\">Next try {Words.Time(at, now)}.</span>");
                }

                html.Add($"</td></tr>");
            }
            else if (lane.DelayedUntil is { } until)
            {
                html.Add(
                    $"<tr class=\"why\"><td></td><td colspan=\"6\"><span class=\"dim\">Delayed until "
                        + $"{Words.Time(until, now)}.</span></td></tr>");
            }
            else if (lane.Ended)
            {
                html.Add(
                    $"<tr class=\"why\"><td></td><td colspan=\"6\"><span class=\"dim\">Ended, as heliostat.until asks.</span></td></tr>");
            }

            if (SameOffsets.Of(lane) is { } same && lane.Cause?.Contains(same, StringComparison.Ordinal) != true)
            {
                html.Add($"<tr class=\"why\"><td></td><td colspan=\"6\"><span class=\"dim\">Offsets: {same}.</span></td></tr>");
            }
        }

        html.Add($"</tbody></table></div></section><section class=\"charts\" data-charts ");
        html.Add($"data-flow=\"{topic.Flow}\" data-topic=\"{topic.Topic}\"></section>");
    });
}
