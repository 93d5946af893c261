using Heliostat.Output.Logs;

namespace Heliostat.Pages;

/// <summary>Events, the newest first.</summary>
internal static class EventList
{
    /// <summary>A page of them.</summary>
    public static void WritePage(Html html, IReadOnlyList<BookedEvent> events, DateTimeOffset now)
    {
        html.Add($"<section><h1>Events</h1>");
        Write(html, events, now);
    }

    public static void WriteLatest(Html html, IReadOnlyList<BookedEvent> events, DateTimeOffset now)
    {
        html.Add($"<section><h2>Latest events</h2>");
        Write(html, events, now);
    }

    private static void Write(Html html, IReadOnlyList<BookedEvent> events, DateTimeOffset now)
    {
        if (events.Count == 0)
        {
            html.Add($"<p class=\"dim\">None yet.</p></section>");
            return;
        }

        html.Add($"<ol class=\"events\">");
        foreach (var (_, happened) in events.Reverse())
        {
            var level = LogLine.Word(happened.Level);
            html.Add(
                $"<li class=\"{level}\">{Words.Time(happened.At, now)} <span class=\"level\">{level}</span> <span "
                    + $"class=\"flow\">{happened.Subject}</span> <span class=\"text\">{happened.Text}</span></li>");
        }

        html.Add($"</ol></section>");
    }
}
