using System.Buffers;
using System.Text;

namespace Heliostat.Metrics;

/// <summary>Labels as they stand between the braces.</summary>
internal static class LabelText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\"\n");

    /// <summary>As UTF-8, to be kept and written again at each scrape.</summary>
    public static byte[] Render(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"").Append(Escaped(value)).Append('"');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Escaped(string value) => value.AsSpan().ContainsAny(Special)
        ? value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
        : value;
}
