namespace Heliostat.Pages;

/// <summary>An action before it is done: what it will do, and a reason to give.</summary>
internal static class ActionPage
{
    /// <summary>Where it is asked for.</summary>
    public static string Path(string verb, string what) => $"/do/{verb}?what={Uri.EscapeDataString(what)}";

    /// <summary>Null for a verb that is none.</summary>
    public static Html? Of(string verb, string what, int lanes) => Consequence(verb, lanes) is not { } consequence ? null : Html.Of(html =>
    {
        html.Add($"<section class=\"sentence\"><h1>{Title(verb)} {what}?</h1><p>{consequence}</p></section>");
        html.Add($"<section><form method=\"post\" action=\"/do/{verb}\"><input type=\"hidden\" name=\"what\" value=\"{what}\">");
        html.Add($"<label>Why <input name=\"reason\" maxlength=\"500\" autocomplete=\"off\"></label>");
        if (verb == "pause")
        {
            html.Add(
                $"<label>For how long <input name=\"for\" placeholder=\"until it is resumed; or 30m, 2h, 1d\" pattern=\"[0-9.]+[smhd]\" "
                    + $"autocomplete=\"off\"></label>");
        }

        html.Add($"<p><button>{Title(verb)}</button> <a href=\"/\">Leave it</a></p></form></section>");
    });

    private static string Title(string verb) => verb switch
    {
        "pause" => "Pause",
        "resume" => "Resume",
        _ => "Try now",
    };

    private static string? Consequence(string verb, int lanes) => verb switch
    {
        "pause" =>
            $"{Output.Counted.Of(lanes, "lane")} will take in nothing more. What is in flight is acknowledged and positions are stored; "
                + $"connections stay. The lag grows, and the source's retention goes on.",
        "resume" => $"{Output.Counted.Of(lanes, "lane")} will go on where they stand, but for those that are paused by themselves.",
        "restart" =>
            "What stands still for a trouble and would be tried later is tried at once. Nothing that runs is disturbed. What was halted by "
                + "a loss stays so: heliostat resume FILE decides that.",
        _ => null,
    };
}
