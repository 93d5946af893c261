using Heliostat.Output;
using Heliostat.Status;

namespace Heliostat.Pages;

/// <summary>What does not get on: why, since when, when it is tried again, and what can be done.</summary>
internal static class TroubleList
{
    public static void Write(Html html, IReadOnlyList<TroubleDocument> troubles, DateTimeOffset now)
    {
        html.Add($"<section><h2>What does not get on</h2>");
        if (troubles.Count == 0)
        {
            html.Add($"<p class=\"dim\">Nothing.</p></section>");
            return;
        }

        html.Add($"<ul class=\"troubles\">");
        foreach (var trouble in troubles)
        {
            Write(html, trouble, now);
        }

        html.Add($"</ul></section>");
    }

    private static void Write(Html html, TroubleDocument trouble, DateTimeOffset now)
    {
        html.Add(
            $"<li class=\"{Words.Class(trouble.State)}\"><p>{Words.State(trouble.State)} <a "
                + $"href=\"{Words.FlowPath(trouble.Flow)}\">{trouble.Flow}</a>");
        if (trouble.Lanes > 0)
        {
            html.Add(
                $" · {Counted.Of(trouble.Lanes, "lane")}: "
                    + $"{string.Join(", ", trouble.Partitions)}{(trouble.Lanes > trouble.Partitions.Count ? ", …" : "")}");
        }

        html.Add($"</p><p class=\"cause\">{trouble.Cause}</p><p class=\"dim\">");
        if (trouble.Since is { } since)
        {
            html.Add($"Since {Words.Time(since, now)}. ");
        }

        if (trouble.RetryAt is { } at)
        {
            html.Add($"Next try {Words.Time(at, now)}. ");
        }
        else if (trouble.Lanes > 0)
        {
            html.Add($"Not tried again by itself. ");
        }

        html.Add(
            $"<a href=\"{ActionPage.Path("restart", trouble.Flow)}\">try now…</a> <a "
                + $"href=\"{ActionPage.Path("pause", trouble.Flow)}\">pause the flow…</a></p></li>");
    }
}
