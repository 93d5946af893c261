using System.Globalization;

namespace Heliostat.Configuration.Patterns;

/// <summary>Reads <c>? * + {n} {n,} {n,m}</c> with their reluctant and possessive forms.</summary>
internal sealed class QuantifierParser(PatternSource source)
{
    /// <summary>The <paramref name="atom"/> with the quantifier that comes next, or the atom itself if none does.</summary>
    public PatternNode Parse(PatternNode atom)
    {
        var (min, max) = (0, (int?)null);
        if (source.Take('?'))
        {
            max = 1;
        }
        else if (source.Take('+'))
        {
            min = 1;
        }
        else if (source.IsNext('{'))
        {
            (min, max) = ParseCounts();
        }
        else if (!source.Take('*'))
        {
            return atom;
        }

        var kind = source.Take('+') ? RepeatKind.Possessive : source.Take('?') ? RepeatKind.Reluctant : RepeatKind.Greedy;
        return new RepeatNode(atom, min, max, kind);
    }

    private (int Min, int? Max) ParseCounts()
    {
        var index = source.Index;
        source.Advance();
        var min = ParseCount(index);
        int? max = min;
        if (source.Current == ',' && !source.IsLiteral)
        {
            source.Advance();
            max = source.Current == '}' ? null : ParseCount(index);
        }

        if (source.Current != '}' || source.IsLiteral)
        {
            throw source.Invalid("unclosed counted repetition", index);
        }

        source.Advance();
        return max < min ? throw source.Invalid("a repetition whose maximum is below its minimum", index) : (min, max);
    }

    private int ParseCount(int index)
    {
        var digits = "";
        while (source.Current is >= '0' and <= '9' && !source.IsLiteral)
        {
            digits += (char)source.Current;
            source.Advance();
        }

        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
            : throw source.Invalid(digits.Length == 0
                ? "a repetition '{' that is not followed by a number"
                : "a repetition that is too large", index);
    }
}
