using Heliostat.Output;
using Heliostat.Status;

namespace Heliostat.Pages;

/// <summary>One flow and its topics.</summary>
internal static class FlowPage
{
    private const int MostTopics = 500;

    public static Html Of(FlowDocument flow, IReadOnlyList<TopicDocument> topics, IReadOnlyList<TroubleDocument> troubles, History history,
        DateTimeOffset now) => Html.Of(html =>
    {
        var state = Words.Flow(flow);
        html.Add($"<section class=\"sentence {Words.Class(state)}\"><p>{Words.State(state)}</p><h1>{flow.Flow}</h1>");
        if (troubles is [var worst, ..])
        {
            html.Add($"<p class=\"cause\">{Sentence.Said(worst.Cause)}</p>");
        }

        html.Add($"<p class=\"do\">{Actions(flow.Flow, flow.Paused)}</p></section><section><dl>");
        html.Add(
            $"<div><dt>Lag</dt><dd>{FrontPage.Lag(flow)}</dd></div><div><dt>Records/s</dt><dd>{(long)flow.RecordsPerSecond}</dd></div>");
        html.Add(
            $"<div><dt>Bytes/s</dt><dd>{Quantity.Bytes(flow.BytesPerSecond)}</dd></div><div><dt>Since the "
                + $"start</dt><dd>{Counted.Of(flow.Records, "record")}, {Quantity.Bytes(flow.Bytes)}</dd></div>");
        if (flow.Worker is { } worker)
        {
            html.Add(
                $"<div><dt>Worker</dt><dd>{worker.Name}: {worker.Slots} of {Counted.Of(worker.Of, "slot")}</dd><dd "
                    + $"class=\"dim\">{Counted.Of(worker.Workers, "worker")}"
                    + $"{(worker.Differs.Count > 0 ? $"; the file differs: {string.Join(", ", worker.Differs)}" : "")}</dd></div>");
        }

        foreach (var throttle in flow.Throttles)
        {
            html.Add(
                $"<div><dt>Throttled{(throttle.Topic is { } topic ? $", {topic}" : "")}</dt><dd>{Quantity.Bytes(throttle.BytesPerSecond)}"
                    + $" a second</dd></div>");
        }

        if (SameOffsets.Of(flow) is { } same)
        {
            html.Add($"<div><dt>Same offsets</dt><dd>{same}</dd></div>");
        }

        if (flow.Audit is { } audit)
        {
            html.Add($"<div><dt>Audited</dt><dd>{audit.ToString()}</dd></div>");
        }

        html.Add(
            $"<div><dt>Lanes</dt><dd>{FrontPage.Lanes(flow.Lanes)}</dd></div><div><dt>Positions "
                + $"stored</dt><dd>{(flow.PositionsStoredAt is { } at ? Words.Ago(at, now) : "not yet")}</dd></div></dl></section>");
        Charts(html, flow.Flow, history);
        if (troubles.Count > 0)
        {
            TroubleList.Write(html, troubles, now);
        }

        Topics(html, flow, topics);
    });

    /// <summary>Where there is a script it draws charts in their place.</summary>
    private static void Charts(Html html, string flow, History history)
    {
        html.Add($"<section class=\"charts\" data-charts data-flows=\"{flow}\"><h2>Last 15 minutes</h2>");
        html.Add($"<p>Records/s {Sparkline.Of(history.Rates(flow), History.Seconds, "records per second in the last 15 minutes")}</p>");
        html.Add($"<p>Lag {Sparkline.Of(history.Lags(flow), History.Seconds, "lag in records in the last 15 minutes")}</p></section>");
    }

    /// <summary>What can be done with a flow, a topic or a lane.</summary>
    public static Html Actions(string what, bool isPaused) => Html.Of(html =>
    {
        foreach (var verb in isPaused ? (string[])["resume", "restart"] : ["pause", "restart"])
        {
            html.Add($"<a class=\"button\" href=\"{ActionPage.Path(verb, what)}\">{(verb == "restart" ? "try now" : verb)}…</a> ");
        }
    });

    private static void Topics(Html html, FlowDocument flow, IReadOnlyList<TopicDocument> topics)
    {
        html.Add($"<section><h2>{Counted.Of(topics.Count, "topic")}</h2>");
        if (topics.Count > 0)
        {
            html.Add(
                $"<div class=\"table\"><table><thead><tr><th>Topic</th><th>On {flow.Target}</th><th class=\"n\">Lag</th><th "
                    + $"class=\"n\">Records</th><th class=\"n\">Bytes</th><th>Lanes</th></tr></thead><tbody>");
            foreach (var topic in topics.OrderByDescending(topic => topic.Lanes.Failed).ThenByDescending(topic => topic.Lanes.Paused
                + topic.Lanes.Waiting).ThenByDescending(topic => topic.LagRecords).Take(MostTopics))
            {
                html.Add(
                    $"<tr><td data-h=\"Topic\"><a href=\"{Words.TopicPath(flow.Flow, topic.Topic)}\">{topic.Topic}</a></td><td data-h=\"On "
                        + $"{flow.Target}\">{topic.TargetTopic ?? "–"}</td>");
                html.Add(
                    $"<td class=\"n\" data-h=\"Lag\">{Words.Number(topic.LagRecords)}</td><td class=\"n\" "
                        + $"data-h=\"Records\">{topic.Records}</td><td class=\"n\" data-h=\"Bytes\">{Quantity.Bytes(topic.Bytes)}</td>");
                html.Add($"<td data-h=\"Lanes\">{FrontPage.Lanes(topic.Lanes)}</td></tr>");
            }

            html.Add($"</tbody></table></div>");
            if (topics.Count > MostTopics)
            {
                html.Add($"<p class=\"dim\">And {topics.Count - MostTopics} more, which are farther from trouble.</p>");
            }
        }

        html.Add($"</section>");
    }
}
