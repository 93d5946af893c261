using Heliostat.Demo;
using Spectre.Console;

namespace Heliostat.DemoView;

/// <summary>Turns a picture into the lines of a terminal of a given size.</summary>
internal static class Frames
{
    /// <summary>At most <paramref name="height"/> lines, each at most <paramref name="width"/> wide.</summary>
    public static IReadOnlyList<string> Render(DemoSnapshot demo, int width, int height, ColorSystem colors)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colors == ColorSystem.NoColors ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = Enum.Parse<ColorSystemSupport>(colors.ToString()),
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Write(DashboardFrame.Of(demo, width, height));

        // What is too much goes, but not the last line: it says how to end it.
        string[] lines = text.ToString().TrimEnd('\n').Split('\n');
        return lines.Length <= height ? lines : [.. lines.Take(height - 1), lines[^1]];
    }
}
