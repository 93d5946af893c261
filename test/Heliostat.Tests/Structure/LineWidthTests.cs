using System.Text.RegularExpressions;

namespace Heliostat.Tests.Structure;

/// <summary>
/// Lines are at most 140 columns wide (CONTRIBUTING.md, "House rules"). Left out are raw texts, whose lines are what they say, and lines
/// with a literal that has no place to be cut at.
/// </summary>
public sealed partial class LineWidthTests
{
    private const int Width = 140;

    [Fact]
    public void No_line_is_wider_than_140_columns() =>
        Assert.Empty(
            from folder in new[] { "src", "test", "bench", "samples" }
            from file in RepositoryFiles.Under(folder, "*.cs")
            from line in Wide(file)
            select line);

    private static IEnumerable<string> Wide(string file)
    {
        var isRaw = false;
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var marks = RawMark().Count(line);
            if (line.Length > Width && !isRaw && marks == 0 && !Uncut().IsMatch(line)) yield return $"{file}:{number}";
            isRaw ^= marks % 2 == 1;
        }
    }

    [GeneratedRegex("\"\"\"")]
    private static partial Regex RawMark();

    /// <summary>A literal that takes up most of the line.</summary>
    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.){90,}\"")]
    private static partial Regex Uncut();
}
