namespace Heliostat.Configuration.Patterns;

/// <summary>
/// Reads character classes with Java's unions, ranges and intersections, and computes the set. As since Java 9, a leading <c>^</c> negates
/// the whole class, intersections included. Where Java itself mixes up the operands of <c>&amp;&amp;</c>, the class is refused.
/// </summary>
internal sealed class ClassParser(PatternSource source, EscapeParser escapes)
{
    private const int MaxDepth = 50;

    private bool _caseInsensitive;
    private int _depth;

    /// <summary>The class whose <c>[</c> at <paramref name="index"/> has just been read.</summary>
    public CodePointSet Parse(int index, bool caseInsensitive)
    {
        _caseInsensitive = caseInsensitive;
        return ParseClass(index);
    }

    private CodePointSet ParseClass(int index)
    {
        if (++_depth > MaxDepth)
        {
            throw source.Unsupported($"more than {MaxDepth} nested classes", index);
        }

        var negative = source.Take('^');
        var result = ParseOperand(index, first: true);
        while (TakeIntersection())
        {
            result = result.Intersect(ParseOperand(index, first: false));
        }

        source.Advance();
        _depth--;
        return negative ? result.Negate() : result;
    }

    /// <summary>Items up to <c>&amp;&amp;</c> or the closing bracket, neither of which is read.</summary>
    private CodePointSet ParseOperand(int index, bool first)
    {
        var set = CodePointSet.Empty;
        var (items, nested) = (0, 0);
        while (true)
        {
            source.SkipComments();
            if (source.Current == PatternSource.End)
            {
                throw source.Invalid("unclosed character class", index);
            }

            if ((source.IsNext(']') && (items + nested > 0 || !first)) || IsIntersection())
            {
                break;
            }

            var at = source.Index;
            if (source.Take('['))
            {
                set = set.Union(ParseClass(at));
                nested++;
            }
            else if (!first && source.IsNext('&'))
            {
                throw source.Unsupported("a single '&' after '&&'", at);
            }
            else
            {
                set = set.Union(ParseItem());
                items++;
            }
        }

        return items + nested == 0 ? throw source.Unsupported("an '&&' without a class on both sides", source.Index)
            : !first && nested > 0 && items + nested > 1
                ? throw source.Unsupported("more than one class after '&&' (put them in one pair of brackets)", source.Index)
            : set;
    }

    private bool IsIntersection()
    {
        var mark = source.Position;
        var found = source.Take('&') && source.IsNext('&');
        source.Position = mark;
        return found;
    }

    private bool TakeIntersection() => IsIntersection() && source.Take('&') && source.Take('&');

    /// <summary>One character, one range or one predefined set.</summary>
    private CodePointSet ParseItem()
    {
        var index = source.Index;
        if (source.IsNext('\\'))
        {
            source.Advance();
            var verticalSpace = source.Current == 'v';
            if (escapes.TryParseSet(index, _caseInsensitive) is { } set)
            {
                return verticalSpace && source.IsNext('-') ? throw source.Unsupported(@"a range that starts with \v", index) : set;
            }

            source.Position--;
        }

        var from = ParseCharacter();
        var to = from;
        var mark = source.Position;
        if (source.Take('-'))
        {
            source.SkipComments();
            if (source.Current == PatternSource.End || source.IsNext('[') || source.IsNext(']'))
            {
                // A hyphen before a bracket is a character of its own.
                source.Position = mark;
            }
            else
            {
                to = ParseCharacter();
            }
        }

        var range = to >= from ? CodePointSet.Range(from, to) : throw source.Invalid("a range whose end is before its start", index);
        return _caseInsensitive ? JavaCharacters.Fold(range) : range;
    }

    private int ParseCharacter()
    {
        var index = source.Index;
        if (source.Take('\\'))
        {
            return escapes.ParseCharacter(index);
        }

        var c = source.Current;
        source.Advance();
        return c;
    }
}
