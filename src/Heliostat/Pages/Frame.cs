namespace Heliostat.Pages;

/// <summary>What stands around each page.</summary>
internal static class Frame
{
    /// <summary>Nothing from elsewhere, no script within a page.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri "
            + "'none'; frame-ancestors 'none'";

    /// <param name="title">Of the window.</param>
    /// <param name="main">What stands between head and foot.</param>
    /// <param name="live">Where its changes come from; null where it does not change.</param>
    public static string Of(string title, Html main, string? live) => Html.Of(html =>
    {
        html.Add(
            $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
                + $"initial-scale=1\">");
        html.Add(
            $"<meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><link rel=\"icon\" href=\"data:,\"><link "
                + $"rel=\"stylesheet\" href=\"/page.css?v={Assets.Version}\">");
        if (live is not null)
        {
            html.Add($"<link rel=\"stylesheet\" href=\"/charts.css?v={Assets.Version}\"><script ");
            html.Add($"src=\"/charts.js?v={Assets.Version}\" defer></script>");
        }

        html.Add(
            $"<script src=\"/page.js?v={Assets.Version}\" defer></script></head><body><header><a class=\"brand\" "
                + $"href=\"/\">Heliostat</a><nav><a href=\"/\">Now</a> <a href=\"/events\">Events</a></nav>");
        html.Add(
            $"<span id=\"stale\" role=\"status\" hidden></span></header><main "
                + $"id=\"main\"{(live is null ? Html.Of(_ => { }) : Html.Of(data => data.Add($" data-live=\"{live}\"")))}>{main}</main>");
        html.Add(
            $"<footer><span>heliostat {ProgramVersion.Text}</span> <a href=\"/api/v1/status\">JSON</a> <a href=\"/openapi.json\">API</a> "
                + $"<a href=\"/metrics\">metrics</a> <span>times are UTC</span></footer></body></html>");
    }).ToString();
}
