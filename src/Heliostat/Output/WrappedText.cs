using System.Text;

namespace Heliostat.Output;

/// <summary>Text of indented lines, broken at blanks; what follows a break is indented further.</summary>
internal sealed class WrappedText(int width)
{
    private const int Indent = 2;

    private readonly StringBuilder _text = new();

    /// <summary>The text in one line of at most <paramref name="width"/> characters; an ellipsis stands for what was cut off.</summary>
    public static string Fit(string text, int width)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= width ? line : string.Concat(line.AsSpan(0, Math.Max(0, width - 1)), "…");
    }

    /// <summary>Adds a line, <paramref name="depth"/> steps indented.</summary>
    public void Line(int depth, string line)
    {
        var indent = depth * Indent;
        while (true)
        {
            var room = Math.Max(width - indent, 20);
            var cut = line.Length <= room ? -1 : line.LastIndexOf(' ', room);
            if (cut <= 0)
            {
                // One word that is wider than the line stays whole, so that it can be copied.
                cut = line.Length <= room ? -1 : line.IndexOf(' ', room);
            }

            _text.Append(' ', line.Length > 0 ? indent : 0).AppendLine(cut < 0 ? line : line[..cut].TrimEnd());
            if (cut < 0)
            {
                return;
            }

            line = line[cut..].TrimStart();
            indent = (depth + 2) * Indent;
        }
    }

    /// <summary>Adds a line that stays whole, so that it can be copied.</summary>
    public void Whole(int depth, string line) => _text.Append(' ', depth * Indent).AppendLine(line);

    public override string ToString() => _text.ToString();
}
