using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Status;

namespace Heliostat.Pages;

/// <summary>The first page: the sentence, what is lost, the flows, what stands still, what happened last.</summary>
internal static class FrontPage
{
    private const int LastEvents = 12;

    public static Html Of(StatusDocument status, History history, IReadOnlyList<BookedEvent> events) => Html.Of(html =>
    {
        html.Add(
            $"<section class=\"sentence "
                + $"{Words.Class(Words.Of(status.Health))}\"><p>{Words.State(Words.Of(status.Health))}</p><h1>{status.Sentence}"
                + $"</h1></section>");
        Losses(html, status);
        Flows(html, status, history);
        TroubleList.Write(html, status.Troubles, status.At);
        EventList.WriteLatest(html, [.. events.TakeLast(LastEvents)], status.At);
    });

    private static void Losses(Html html, StatusDocument status)
    {
        html.Add($"<section><h2>Lost</h2>");
        var losses = status.Flows.SelectMany(flow => flow.Losses.Select(loss => (flow.Flow, Loss: loss))).ToList();
        if (losses.Count == 0)
        {
            html.Add(
                $"<p class=\"dim\">Nothing since the "
                    + $"start"
                    + $"{(status.StartedAt is { } at ? Html.Of(time => time.Add($" at {Words.Time(at, status.At)}")) : Html.Of(_ => { }))}"
                    + $".</p></section>");
            return;
        }

        html.Add(
            $"<div class=\"table\"><table><thead><tr><th>Flow</th><th>Topic</th><th>Kind</th><th class=\"n\">Times</th><th "
                + $"class=\"n\">Records</th></tr></thead><tbody>");
        foreach (var (flow, loss) in losses)
        {
            html.Add(
                $"<tr><td data-h=\"Flow\">{flow}</td><td data-h=\"Topic\">{loss.Topic}</td><td data-h=\"Kind\">{loss.Kind}</td><td "
                    + $"class=\"n\" data-h=\"Times\">{loss.Times}</td>");
            html.Add($"<td class=\"n\" data-h=\"Records\">{Words.Number(loss.Records == 0 ? null : loss.Records)}</td></tr>");
        }

        html.Add($"</tbody></table></div></section>");
    }

    private static void Flows(Html html, StatusDocument status, History history)
    {
        html.Add(
            $"<section><h2>Flows</h2><div class=\"table\"><table><thead><tr><th>Flow</th><th>State</th><th class=\"n\">Lag</th><th "
                + $"class=\"n\">Records/s</th><th class=\"n\">Bytes/s</th>");
        html.Add($"<th>Records/s, 15 min</th><th>Lanes</th><th>Positions stored</th></tr></thead><tbody>");
        foreach (var flow in status.Flows)
        {
            html.Add(
                $"<tr><td data-h=\"Flow\"><a href=\"{Words.FlowPath(flow.Flow)}\">{flow.Flow}</a></td><td "
                    + $"data-h=\"State\">{Words.State(Words.Flow(flow))}</td>");
            html.Add(
                $"<td class=\"n\" data-h=\"Lag\">{Lag(flow)}</td><td class=\"n\" "
                    + $"data-h=\"Records/s\">{(long)flow.RecordsPerSecond}</td><td class=\"n\" "
                    + $"data-h=\"Bytes/s\">{Quantity.Bytes(flow.BytesPerSecond)}</td>");
            var what = $"records per second of {flow.Flow} in the last 15 minutes";
            var rates = Sparkline.Of(history.Rates(flow.Flow), History.Seconds, what);
            html.Add($"<td data-h=\"15 min\">{rates}</td>");
            html.Add($"<td data-h=\"Lanes\">{Lanes(flow.Lanes)}");
            if (flow.Filling is { } filling)
            {
                html.Add($" <span class=\"dim\">{filling}</span>");
            }

            html.Add(
                $"</td><td data-h=\"Stored\">{(flow.PositionsStoredAt is { } at ? Words.Ago(at, status.At) : "not yet")}</td></tr>");
        }

        var flows = string.Join('\n', status.Flows.Select(flow => flow.Flow));
        html.Add($"</tbody></table></div></section><section class=\"charts\" data-charts data-flows=\"{flows}\"></section>");
    }

    public static Html Lag(FlowDocument flow) => Html.Of(html =>
    {
        if (flow.LagRecords is { } lag)
        {
            html.Add($"{lag}");
            if (lag > 0 && flow.LagBytes is { } bytes)
            {
                html.Add($"<span class=\"dim\"> {Quantity.Bytes(bytes)}</span>");
            }

            Late(html, flow);
        }
        else if (flow.Lanes.All == 0)
        {
            html.Add($"{Words.Number(null)}");
        }
        else
        {
            html.Add($"<span title=\"of {flow.Lanes.LagUnknown} lanes it is not known\">≥ {flow.LagAtLeast}</span>");
            Late(html, flow);
        }
    });

    private static void Late(Html html, FlowDocument flow)
    {
        if (flow.LagSeconds is { } late and >= 1)
        {
            html.Add($"<span class=\"dim\"> {Quantity.Time(late)}</span>");
        }
    }

    /// <summary>Lanes by what they do, as a bar and in words.</summary>
    public static Html Lanes(LaneCounts lanes) => Html.Of(html =>
    {
        html.Add($"<span class=\"lanes\">");
        var first = true;
        foreach (var (count, state) in ((int, string)[])[(lanes.Live, "live"), (lanes.Failed, "failed"), (lanes.Paused, "paused"),
            (lanes.Waiting, "waiting"), (lanes.Stopped, "stopped")])
        {
            if (count > 0)
            {
                html.Add($"{(first ? "" : " ")}<span class=\"{Words.Class(state)}\">{count} {state}</span>");
                first = false;
            }
        }

        html.Add($"{(lanes.All == 0 ? "none" : "")}</span>");
        if (lanes.PausedByOperator > 0)
        {
            html.Add($" <span class=\"dim\">({lanes.PausedByOperator} paused by an operator)</span>");
        }
    });
}
