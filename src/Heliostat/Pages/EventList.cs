using Heliostat.Output.Logs;

namespace Heliostat.Pages;

/// <summary>Events, the newest first.</summary>
internal static class EventList
{
    public static void Write(Html html, string title, IReadOnlyList<BookedEvent> events, DateTimeOffset now)
    {
        html.Add($"<section><h2>{title}</h2>");
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
