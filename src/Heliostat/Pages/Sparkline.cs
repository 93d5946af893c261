using System.Globalization;
using System.Text;

namespace Heliostat.Pages;

/// <summary>A line of the last minutes, from 0 to its highest, as SVG.</summary>
internal static class Sparkline
{
    private const int Width = 180;
    private const int Height = 28;

    /// <summary>So many points are drawn; each is the highest of those that it stands for.</summary>
    private const int Points = 90;

    /// <param name="values">The oldest first.</param>
    /// <param name="whole">As many values as the whole width stands for.</param>
    /// <param name="label">What it shows, for who does not see it.</param>
    public static Html Of(float[] values, int whole, string label) => Html.Of(html =>
    {
        var each = Math.Max(1, whole / Points);
        var columns = new List<float>();
        for (var end = values.Length; end > 0; end -= each)
        {
            columns.Add(values[Math.Max(0, end - each)..end].Max());
        }

        var most = columns.Count == 0 ? 0 : columns.Max();
        var path = new StringBuilder();
        for (var i = columns.Count - 1; i >= 0; i--)
        {
            var x = Width - ((double)i / (Points - 1) * Width);
            var y = Height - 1 - (most > 0 ? columns[i] / most * (Height - 3) : 0);
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{x:0.0} {y:0.0}");
        }

        html.Add(
            $"<svg class=\"spark\" viewBox=\"0 0 {Width} {Height}\" preserveAspectRatio=\"none\" role=\"img\" "
                + $"aria-label=\"{label}\"><title>{label}</title><path d=\"{path.ToString()}\"/></svg>");
    });
}
