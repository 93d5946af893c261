using System.Text;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// A cursor over the code points of a Java pattern, with <c>\Q..\E</c> already taken out: characters between them are literal wherever they
/// stand, in a class too, as Java's own first pass over a pattern arranges it.
/// </summary>
internal sealed class PatternSource
{
    /// <summary>What <see cref="Current"/> gives at the end; no code point.</summary>
    public const int End = -1;

    private readonly string _pattern;
    private readonly List<(int CodePoint, int Index, bool Literal)> _symbols = [];
    private int _at;

    public PatternSource(string pattern)
    {
        _pattern = pattern;
        var quoted = false;
        for (var i = 0; i < pattern.Length;)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length && pattern[i + 1] == (quoted ? 'E' : 'Q'))
            {
                quoted = !quoted;
                i += 2;
                continue;
            }

            i += Add(i, quoted);
            if (!quoted && pattern[i - 1] == '\\' && i < pattern.Length)
            {
                i += Add(i, literal: false);
            }
        }
    }

    /// <summary>Java's COMMENTS flag: blanks and <c>#</c> to the end of the line are skipped.</summary>
    public bool SkipsComments { get; set; }

    /// <summary>The cursor, for going back.</summary>
    public int Position
    {
        get => _at;
        set => _at = value;
    }

    /// <summary>The index in the pattern as written, for messages.</summary>
    public int Index => _at < _symbols.Count ? _symbols[_at].Index : _pattern.Length;

    /// <summary>The code point at the cursor whether it is literal or not, or <see cref="End"/>. Skips nothing.</summary>
    public int Current => _at < _symbols.Count ? _symbols[_at].CodePoint : End;

    /// <summary>Whether the code point at the cursor stood between <c>\Q</c> and <c>\E</c>.</summary>
    public bool IsLiteral => _at < _symbols.Count && _symbols[_at].Literal;

    public void Advance() => _at++;

    /// <summary>Whether <paramref name="c"/> with its special meaning comes next, after blanks and comments if those are skipped.</summary>
    public bool IsNext(char c)
    {
        SkipComments();
        return Current == c && !IsLiteral;
    }

    /// <summary>As <see cref="IsNext"/>, and moves past it.</summary>
    public bool Take(char c)
    {
        if (!IsNext(c))
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>
    /// The code point at the cursor without skipping anything, past which it moves; a literal one and the end are refused with
    /// <paramref name="error"/>.
    /// </summary>
    public int Read(string error)
    {
        if (Current == End || IsLiteral)
        {
            throw Invalid(error, Index);
        }

        return _symbols[_at++].CodePoint;
    }

    public void SkipComments()
    {
        while (SkipsComments && !IsLiteral && Current is (>= 0x09 and <= 0x0D) or ' ' or '#')
        {
            if (Current == '#')
            {
                while (Current != End && !IsLineTerminator(Current))
                {
                    _at++;
                }
            }
            else
            {
                _at++;
            }
        }
    }

    /// <summary>Java would refuse the pattern.</summary>
    public ConfigurationException Invalid(string what, int index) =>
        new($"pattern '{_pattern}' is not a Java regular expression: {what} at index {index}");

    /// <summary>Java would accept the pattern, but what it means there cannot be said here.</summary>
    public ConfigurationException Unsupported(string what, int index) =>
        new($"pattern '{_pattern}' cannot be expressed here: {what} at index {index}");

    private static bool IsLineTerminator(int c) => c is '\n' or '\r' or 0x85 or 0x2028 or 0x2029;

    private int Add(int index, bool literal)
    {
        Rune.DecodeFromUtf16(_pattern.AsSpan(index), out var rune, out var length);
        _symbols.Add((length == 2 ? rune.Value : _pattern[index], index, literal));
        return length;
    }
}
