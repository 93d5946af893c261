using System.Text;

namespace Heliostat.Configuration.Tests.Patterns;

/// <summary>Random Java patterns, valid and not, and names that have a chance to match them.</summary>
internal sealed class RandomPatterns(Random random)
{
    private static readonly string[] Pieces =
    [
        "a", "b", "c", "-", "_", "1", "é", "😀", "ab", "\\.", "\\-", ".", ".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\h", "\\H",
        "\\v", "\\V", "\\R", "^", "$", "\\A", "\\z", "\\Z", "\\G", "\\b", "\\B", "\\1", "\\2", "\\k<n>", "\\x61", "\\x{62}", "\\u0063",
        "\\uD83D\\uDE00", "\\0141", "\\cA", "\\t", "\\n", "\\e", "\\Qa.b\\E", "\\Q*", "\\p{Alpha}", "\\p{Lower}", "\\P{Upper}",
        "\\p{Alnum}", "\\p{Punct}", "\\pL", "\\p{Lu}", "\\p{IsNd}", "\\PL", "\\p{Foo}", "\\p{Graph}", "\\p{Print}", "\\p{Space}",
        "\\p{Blank}", "\\p{Cntrl}", "\\p{XDigit}", "\\p{ASCII}", "\\p{L1}", "\\p{LC}", "\\p{gc=Ll}", "\\y", "\\", "(?i)", "(?-i)", "(?s)",
        "(?m)", "(?d)", "(?x)", "(?q)", " ", "#", "}", "]", "*", "{", "[]", "\r", "\n",
    ];

    private static readonly string[] ClassPieces =
    [
        "a", "b", "c", "A", "a-c", "A-C", "x-z", "z-a", "0-9", "-", "^", "&", "&&", "&&", "[b]", "[^b]", "[a-b]", "\\d", "\\w", "\\W",
        "\\p{Lower}", "\\]", "\\-", ".", "\\Qa-z\\E", "é", "😀", "\\x41-\\x43", "\\v", "$", " ", "|", "(", "[", "\\R", "\\u0061-c", "_",
        "#",
    ];

    private static readonly string[] Quantifiers = ["*", "+", "?", "{2}", "{1,2}", "{0}", "{2,}", "{,2}", "{2,1}", "{0,1}"];

    private static readonly string[] NamePieces =
        ["a", "b", "c", "A", "B", "1", "-", "_", ".", "a.b", "é", "É", "😀", " ", "\n", "\r", "\r\n", "\u0085", "*", "\t", "\u0001", "]",
            "}", "^", "&", "aa", "ab", "x"];

    public string Pattern() => Alternation(0);

    public string Name(bool asciiOnly)
    {
        var name = new StringBuilder();
        for (var n = random.Next(6); n > 0; n--)
        {
            var piece = Pick(NamePieces);
            name.Append(asciiOnly && !Ascii.IsValid(piece) ? "a" : piece);
        }

        return name.ToString();
    }

    private string Alternation(int depth)
    {
        var text = Sequence(depth);
        while (random.Next(5) == 0)
        {
            text += "|" + Sequence(depth);
        }

        return text;
    }

    private string Sequence(int depth)
    {
        var text = new StringBuilder();
        for (var n = random.Next(4); n >= 0; n--)
        {
            text.Append(Atom(depth));
            if (random.Next(3) == 0)
            {
                text.Append(Pick(Quantifiers)).Append(random.Next(5) switch { 0 => "?", 1 => "+", _ => "" });
            }
        }

        return text.ToString();
    }

    private string Atom(int depth) => random.Next(depth < 3 ? 12 : 8) switch
    {
        0 or 1 => Class(),
        < 8 => Pick(Pieces),
        8 => "(" + Alternation(depth + 1) + ")",
        9 => Pick(["(?:", "(?:", "(?i:", "(?s-m:", "(?>", "(?<n>", "(?<m>"]) + Alternation(depth + 1) + ")",
        10 => Pick(["(?=", "(?!", "(?<=", "(?<!"]) + Alternation(depth + 1) + ")",
        _ => Pick(["a", "b", "c", ".", "[a-c]"]),
    };

    private string Class()
    {
        var text = new StringBuilder(random.Next(3) == 0 ? "[^" : "[");
        for (var n = random.Next(4); n >= 0; n--)
        {
            text.Append(Pick(ClassPieces));
        }

        return text.Append(']').ToString();
    }

    private string Pick(string[] choices) => choices[random.Next(choices.Length)];
}
