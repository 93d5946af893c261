using System.Globalization;
using System.Text;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// An immutable set of Unicode code points, as the sorted bounds of its ranges: [from, to) [from, to) ... Java's character classes are
/// computed with it, because .NET has no intersection or union of classes.
/// </summary>
internal sealed class CodePointSet
{
    private const int End = 0x110000;
    private const int FirstSurrogate = 0xD800;
    private const int AfterSurrogates = 0xE000;
    private const int FirstAstral = 0x10000;

    private readonly int[] _bounds;

    private CodePointSet(int[] bounds) => _bounds = bounds;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet All { get; } = new([0, End]);

    public static CodePointSet Of(int codePoint) => new([codePoint, codePoint + 1]);

    public static CodePointSet Range(int first, int last) => new([first, last + 1]);

    /// <summary>The code points of <paramref name="characters"/>, which are all in the basic plane.</summary>
    public static CodePointSet OfAny(string characters)
    {
        var set = Empty;
        foreach (var c in characters)
        {
            set = set.Union(Of(c));
        }

        return set;
    }

    /// <summary>Every code point up to <paramref name="last"/> that <paramref name="predicate"/> accepts.</summary>
    public static CodePointSet Where(Func<int, bool> predicate, int last = End - 1)
    {
        var bounds = new List<int>();
        for (var c = 0; c <= last; c++)
        {
            if (predicate(c) != (bounds.Count % 2 == 1))
            {
                bounds.Add(c);
            }
        }

        if (bounds.Count % 2 == 1)
        {
            bounds.Add(last + 1);
        }

        return new CodePointSet([.. bounds]);
    }

    public bool IsEmpty => _bounds.Length == 0;

    public bool Contains(int codePoint)
    {
        var at = Array.BinarySearch(_bounds, codePoint);
        return at >= 0 ? at % 2 == 0 : ~at % 2 == 1;
    }

    public CodePointSet Union(CodePointSet other) => Combine(other, static (a, b) => a || b);

    public CodePointSet Intersect(CodePointSet other) => Combine(other, static (a, b) => a && b);

    public CodePointSet Negate() => Combine(All, static (a, _) => !a);

    /// <summary>Writes a .NET expression that consumes exactly one member from well-formed UTF-16.</summary>
    public void AppendTo(StringBuilder output)
    {
        var basic = Intersect(new CodePointSet([0, FirstSurrogate, AfterSurrogates, FirstAstral]));
        var astral = Intersect(Range(FirstAstral, End - 1));
        if (astral.IsEmpty)
        {
            basic.AppendClass(output);
            return;
        }

        output.Append("(?:");
        basic.AppendClass(output);
        for (var i = 0; i < astral._bounds.Length; i += 2)
        {
            AppendPairs(output, astral._bounds[i], astral._bounds[i + 1] - 1);
        }

        output.Append(')');
    }

    private static void AppendPairs(StringBuilder output, int first, int last)
    {
        while (first <= last)
        {
            // One high surrogate with a run of low ones; or, from a full block on, as many whole blocks as there are.
            var blockLast = first | 0x3FF;
            var whole = (first & 0x3FF) == 0 && blockLast <= last;
            var stop = whole ? ((last + 1) & ~0x3FF) - 1 : Math.Min(blockLast, last);
            output.Append("|[");
            AppendChar(output, High(first));
            output.Append('-');
            AppendChar(output, High(stop));
            output.Append("][");
            AppendChar(output, Low(first));
            output.Append('-');
            AppendChar(output, Low(stop));
            output.Append(']');
            first = stop + 1;
        }
    }

    private static int High(int codePoint) => FirstSurrogate + ((codePoint - FirstAstral) >> 10);

    private static int Low(int codePoint) => 0xDC00 + (codePoint & 0x3FF);

    private static void AppendChar(StringBuilder output, int c)
    {
        if (char.IsAsciiLetterOrDigit((char)c))
        {
            output.Append((char)c);
        }
        else
        {
            output.Append("\\u").Append(c.ToString("X4", CultureInfo.InvariantCulture));
        }
    }

    private void AppendClass(StringBuilder output)
    {
        if (IsEmpty)
        {
            output.Append(@"[^\u0000-\uFFFF]");
            return;
        }

        if (_bounds.Length == 2 && _bounds[1] == _bounds[0] + 1)
        {
            AppendChar(output, _bounds[0]);
            return;
        }

        output.Append('[');
        for (var i = 0; i < _bounds.Length; i += 2)
        {
            AppendChar(output, _bounds[i]);
            if (_bounds[i + 1] - _bounds[i] > 1)
            {
                output.Append('-');
                AppendChar(output, _bounds[i + 1] - 1);
            }
        }

        output.Append(']');
    }

    private CodePointSet Combine(CodePointSet other, Func<bool, bool, bool> operation)
    {
        var bounds = new List<int>(_bounds.Length + other._bounds.Length);
        int i = 0, j = 0;
        var inside = false;
        while (i < _bounds.Length || j < other._bounds.Length)
        {
            var at = Math.Min(i < _bounds.Length ? _bounds[i] : End, j < other._bounds.Length ? other._bounds[j] : End);
            i += i < _bounds.Length && _bounds[i] == at ? 1 : 0;
            j += j < other._bounds.Length && other._bounds[j] == at ? 1 : 0;
            var now = at < End && operation(i % 2 == 1, j % 2 == 1);
            if (now != inside)
            {
                bounds.Add(at);
                inside = now;
            }
        }

        return new CodePointSet([.. bounds]);
    }
}
