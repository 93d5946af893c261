using System.Globalization;
using Heliostat.Status;

namespace Heliostat.Pages;

/// <summary>Words, times and links that all pages share.</summary>
internal static class Words
{
    /// <summary>A state as a word with its shape.</summary>
    public static Html State(string state) =>
        Html.Of(html => html.Add($"<span class=\"state {Class(state)}\"><span aria-hidden=\"true\">{Shape(state)}</span> {state}</span>"));

    /// <summary>A flow's state; one that runs and does not get on with all of it is not shown as if all were well.</summary>
    public static string Flow(FlowDocument flow) =>
        flow.Paused ? "paused by an operator"
        : flow.State == "running" && (flow.Cause is not null || flow.Lanes.Failed + flow.Lanes.Paused > 0) ? "running, in trouble"
        : flow.State == "running" && flow.Lanes.PausedByOperator > 0 ? "running, partly paused"
        : flow.State;

    public static string Class(string state) => state switch
    {
        "live" or "running" => "good",
        "failed" or "refused" or "lost" or "down" => "bad",
        "stopped" or "unknown" => "off",
        _ => "warn",
    };

    public static string Of(Health health) => health.ToString().ToLowerInvariant();

    /// <summary>A time of day, and the whole time for who points at it.</summary>
    public static Html Time(DateTimeOffset at, DateTimeOffset now) => Html.Of(html =>
    {
        var utc = at.UtcDateTime;
        var whole = utc.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        html.Add(
            $"<time datetime=\"{utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\" "
                + $"title=\"{whole}\">"
                + $"{(utc.Date == now.UtcDateTime.Date ? utc.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture) : whole)}</time>");
    });

    /// <summary>How long ago, in words.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) => (now - at) switch
    {
        { TotalSeconds: < 1.5 } => "now",
        var ago => $"{Output.Quantity.Time(ago.TotalSeconds)} ago",
    };

    /// <summary>The path of a flow's page; <c>A..B</c> needs no encoding.</summary>
    public static string FlowPath(string flow) => $"/flows/{Uri.EscapeDataString(flow.Replace("->", "..", StringComparison.Ordinal))}";

    public static string TopicPath(string flow, string topic) => $"{FlowPath(flow)}/topics/{Uri.EscapeDataString(topic)}";

    public static Html Number(long? number) => Html.Of(html =>
    {
        if (number is { } known)
        {
            html.Add($"{known}");
        }
        else
        {
            html.Add($"<span class=\"dim\" title=\"not known\">–</span>");
        }
    });

    private static string Shape(string state) => state switch
    {
        "live" or "running" => "●",
        "failed" or "refused" or "lost" or "down" => "▲",
        "stopped" or "unknown" => "○",
        _ => "◆",
    };
}
