using System.Globalization;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// The sets that Java's escapes and properties stand for, without its UNICODE_CHARACTER_CLASS flag: ASCII, except for categories.
/// </summary>
internal static class JavaCharacters
{
    // In the order of System.Globalization.UnicodeCategory.
    private static readonly string[] Names =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    public static CodePointSet Digit { get; } = CodePointSet.Range('0', '9');

    public static CodePointSet Word { get; } = Ascii(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public static CodePointSet Space { get; } = CodePointSet.OfAny(" \t\n\u000B\f\r");

    public static CodePointSet HorizontalSpace { get; } =
        CodePointSet.OfAny(" \t\u00A0\u1680\u180E\u202F\u205F\u3000").Union(CodePointSet.Range(0x2000, 0x200A));

    public static CodePointSet VerticalSpace { get; } = CodePointSet.OfAny("\n\u000B\f\r\u0085\u2028\u2029");

    /// <summary>What <c>.</c> does not match.</summary>
    public static CodePointSet LineTerminators { get; } = CodePointSet.OfAny("\n\r\u0085\u2028\u2029");

    /// <summary>The set of <c>\p{name}</c>, or null if it is not one of the POSIX classes or general categories.</summary>
    public static CodePointSet? Property(string name, bool caseInsensitive)
    {
        if (name.StartsWith("Is", StringComparison.Ordinal))
        {
            return Category(name[2..], caseInsensitive);
        }

        var equals = name.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            var isCategory = name[..equals].ToUpperInvariant() is "GC" or "GENERAL_CATEGORY";
            return isCategory ? Category(name[(equals + 1)..], caseInsensitive) : null;
        }

        return Posix(name, caseInsensitive) ?? Category(name, caseInsensitive);
    }

    /// <summary>
    /// Everything that Java's CASE_INSENSITIVE takes for a member of <paramref name="set"/>: only ASCII letters have a case.
    /// </summary>
    public static CodePointSet Fold(CodePointSet set) =>
        set.Union(Ascii(c => set.Contains(char.ToUpperInvariant(c)) || set.Contains(char.ToLowerInvariant(c))));

    private static CodePointSet? Posix(string name, bool caseInsensitive) => name switch
    {
        "Lower" or "Upper" when caseInsensitive => Ascii(char.IsAsciiLetter),
        "Lower" => CodePointSet.Range('a', 'z'),
        "Upper" => CodePointSet.Range('A', 'Z'),
        "ASCII" => CodePointSet.Range(0, 0x7F),
        "Alpha" => Ascii(char.IsAsciiLetter),
        "Digit" => Digit,
        "Alnum" => Ascii(char.IsAsciiLetterOrDigit),
        "Punct" => Ascii(static c => c is > ' ' and < '\u007F' && !char.IsAsciiLetterOrDigit(c)),
        "Graph" => CodePointSet.Range('!', '~'),
        "Print" => CodePointSet.Range(' ', '~'),
        "Blank" => CodePointSet.OfAny(" \t"),
        "Cntrl" => CodePointSet.Range(0, 0x1F).Union(CodePointSet.Of(0x7F)),
        "XDigit" => Ascii(char.IsAsciiHexDigit),
        "Space" => Space,
        _ => null,
    };

    private static CodePointSet? Category(string name, bool caseInsensitive)
    {
        switch (name)
        {
            case "all":
                return CodePointSet.All;
            case "L1":
                return CodePointSet.Range(0, 0xFF);
            case "LD":
                return Categories("Lu Ll Lt Lm Lo Nd");
            case "LC":
            case "Lu" or "Ll" or "Lt" when caseInsensitive:
                return Categories("Lu Ll Lt");
            default:
                var members = Names.Where(n => n == name || (name.Length == 1 && n[0] == name[0]));
                var list = string.Join(' ', members);
                return list.Length == 0 ? null : Categories(list);
        }
    }

    private static CodePointSet Categories(string names)
    {
        var wanted = Array.ConvertAll(Names, n => names.Contains(n, StringComparison.Ordinal));
        return CodePointSet.Where(c => wanted[(int)CharUnicodeInfo.GetUnicodeCategory(c)]);
    }

    private static CodePointSet Ascii(Func<char, bool> predicate) => CodePointSet.Where(c => predicate((char)c), last: 0x7F);
}
