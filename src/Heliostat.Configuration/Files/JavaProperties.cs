using System.Buffers;
using System.Text;

namespace Heliostat.Configuration.Files;

/// <summary>
/// The syntax of <c>java.util.Properties</c> read from a stream: ISO-8859-1; <c>=</c>, <c>:</c> or white space between key and value;
/// comments only where a line starts; a backslash continues a line, escapes, or is dropped. A <c># note</c> after a value belongs to the
/// value. The mark that some editors put before UTF-8 is skipped, which Java takes for the beginning of the first key.
/// </summary>
public static class JavaProperties
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads a file that the command line named.</summary>
    /// <param name="option">The option it was given to, for messages; null where the file is what the command is about.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">It cannot be read, or holds a malformed escape.</exception>
    public static IReadOnlyList<PropertyEntry> Load(string? option, string path) => Parse(NamedFile.Read(option, path), path);

    /// <summary>
    /// The pairs of <paramref name="content"/> in the order of their keys' first lines; of a key written twice the last value counts.
    /// </summary>
    /// <exception cref="ConfigurationException">There are malformed <c>\u</c> escapes; all of them are listed.</exception>
    public static IReadOnlyList<PropertyEntry> Parse(ReadOnlySpan<byte> content, string file) =>
        ParseText(Encoding.Latin1.GetString(content.StartsWith(Encoding.UTF8.Preamble)
            ? content[Encoding.UTF8.Preamble.Length..]
            : content), file);

    /// <summary>As <see cref="Parse"/>, of what was decoded already.</summary>
    internal static IReadOnlyList<PropertyEntry> ParseText(string content, string file)
    {
        var entries = new OrderedDictionary<string, PropertyEntry>();
        var problems = new List<ConfigurationProblem>();
        foreach (var (text, line) in LogicalLines(content))
        {
            var (key, value) = Split(text);
            if (Unescaped(key) is { } k && Unescaped(value) is { } v)
            {
                entries[k] = new PropertyEntry(k, v, file, line) { Earlier = entries.GetValueOrDefault(k) };
            }
            else
            {
                problems.Add(new ConfigurationProblem
                {
                    File = file,
                    Line = line,
                    Message = @"malformed \u escape: four hexadecimal digits must follow"
                });
            }
        }

        return problems.Count == 0 ? [.. entries.Values] : throw new ConfigurationException(problems);
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\f';

    /// <summary>Lines without comments and blank ones, continuation lines joined, escapes still in them.</summary>
    private static IEnumerable<(string Text, int Line)> LogicalLines(string content)
    {
        var line = 0;
        using var reader = new StringReader(content);
        while (reader.ReadLine() is { } natural)
        {
            line++;
            var text = natural.TrimStart(' ', '\t', '\f');
            if (text.Length == 0 || text[0] is '#' or '!')
            {
                continue;
            }

            var first = line;
            var loneBackslash = false;
            while (IsContinued(text))
            {
                text = text[..^1];
                if (reader.ReadLine() is not { } next)
                {
                    // Java makes an empty key of a backslash that ends the file, unless CR LF follows it.
                    loneBackslash = text.Length == 0 && !content.EndsWith("\r\n", StringComparison.Ordinal);
                    break;
                }

                line++;
                next = next.TrimStart(' ', '\t', '\f');
                if (text.Length == 0 && next.StartsWith('#') | next.StartsWith('!'))
                {
                    break;
                }

                text += next;
            }

            if (text.Length > 0 || loneBackslash)
            {
                yield return (text, first);
            }
        }
    }

    private static bool IsContinued(string text)
    {
        var backslashes = text.Length - text.AsSpan().TrimEnd('\\').Length;
        return backslashes % 2 == 1;
    }

    private static (string Key, string Value) Split(string text)
    {
        var end = 0;
        while (end < text.Length && text[end] is not ('=' or ':') && !IsBlank(text[end]))
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, text.Length);
        var start = end;
        while (start < text.Length && IsBlank(text[start]))
        {
            start++;
        }

        if (start < text.Length && text[start] is '=' or ':')
        {
            start++;
            while (start < text.Length && IsBlank(text[start]))
            {
                start++;
            }
        }

        return (text[..end], text[start..]);
    }

    /// <summary>The text with escapes resolved, or null if one is malformed.</summary>
    private static string? Unescaped(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            switch (text[++i])
            {
                case 'u' when i + 4 < text.Length && text.AsSpan(i + 1, 4).IndexOfAnyExcept(HexDigits) < 0:
                    result.Append((char)Convert.ToUInt16(text.Substring(i + 1, 4), 16));
                    i += 4;
                    break;
                case 'u':
                    return null;
                case 't':
                    result.Append('\t');
                    break;
                case 'r':
                    result.Append('\r');
                    break;
                case 'n':
                    result.Append('\n');
                    break;
                case 'f':
                    result.Append('\f');
                    break;
                case var other:
                    result.Append(other);
                    break;
            }
        }

        return result.ToString();
    }
}
