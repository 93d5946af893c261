namespace Heliostat.Configuration.Patterns;

/// <summary>Reads what may follow a backslash inside and outside a class: the predefined sets and the spelt-out characters.</summary>
internal sealed class EscapeParser(PatternSource source)
{
    /// <summary>
    /// The set of <c>\d \w \s \h \v</c>, their opposites and <c>\p{..}</c>; null, and nothing read, if something else comes next.
    /// </summary>
    public CodePointSet? TryParseSet(int index, bool caseInsensitive)
    {
        var set = source.IsLiteral ? null : source.Current switch
        {
            'd' => JavaCharacters.Digit,
            'D' => JavaCharacters.Digit.Negate(),
            'w' => JavaCharacters.Word,
            'W' => JavaCharacters.Word.Negate(),
            's' => JavaCharacters.Space,
            'S' => JavaCharacters.Space.Negate(),
            'h' => JavaCharacters.HorizontalSpace,
            'H' => JavaCharacters.HorizontalSpace.Negate(),
            'v' => JavaCharacters.VerticalSpace,
            'V' => JavaCharacters.VerticalSpace.Negate(),
            _ => null,
        };

        if (set is not null)
        {
            source.Advance();
            return set;
        }

        if (source.IsLiteral || source.Current is not ('p' or 'P'))
        {
            return null;
        }

        var negative = source.Current == 'P';
        source.Advance();
        var property = ParseProperty(index, caseInsensitive);
        return negative ? property.Negate() : property;
    }

    /// <summary>The one character that an escape stands for.</summary>
    public int ParseCharacter(int index)
    {
        var c = source.Read("a backslash with nothing after it");
        switch (c)
        {
            case '0':
                return ParseOctal(index);
            case 'x':
                return ParseHexadecimal(index);
            case 'u':
                return ParseUnicode(index);
            case 'c':
                return source.Read("an unfinished control escape") ^ 64;
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 'f':
                return '\f';
            case 'a':
                return 0x07;
            case 'e':
                return 0x1B;
            case 'v':
                throw source.Unsupported(@"a range that ends with \v", index);
            case 'N':
                throw source.Unsupported(@"a character by name, \N{..},", index);
            default:
                return c < 0x80 && char.IsAsciiLetterOrDigit((char)c)
                    ? throw source.Invalid($"the unknown escape '\\{(char)c}'", index)
                    : c;
        }
    }

    private CodePointSet ParseProperty(int index, bool caseInsensitive)
    {
        var name = "";
        if (source.Current != '{')
        {
            name += char.ConvertFromUtf32(source.Read(@"\p without a name"));
        }
        else
        {
            source.Advance();
            while (source.Current != '}')
            {
                name += char.ConvertFromUtf32(source.Read(@"an unclosed \p{"));
            }

            source.Advance();
        }

        return JavaCharacters.Property(name, caseInsensitive)
            ?? throw (name.StartsWith("java", StringComparison.Ordinal) || name.StartsWith("Is", StringComparison.Ordinal)
                || name.StartsWith("In", StringComparison.Ordinal) || name.Contains('=', StringComparison.Ordinal)
                ? source.Unsupported(
                    $"the property \\p{{{name}}} (a POSIX class such as \\p{{Alpha}}, a category such as \\p{{Lu}} or a range can be)",
                    index)
                : source.Invalid($"the unknown character property {{{name}}}", index));
    }

    private int ParseOctal(int index)
    {
        var value = TakeDigit(8);
        if (value < 0)
        {
            throw source.Invalid(@"an octal escape \0 without a digit", index);
        }

        var first = value;
        for (var digits = 1; digits < (first <= 3 ? 3 : 2); digits++)
        {
            var digit = TakeDigit(8);
            if (digit < 0)
            {
                break;
            }

            value = (value * 8) + digit;
        }

        return value;
    }

    private int ParseHexadecimal(int index)
    {
        const string Error = "an invalid hexadecimal escape";
        if (source.Current != '{' || source.IsLiteral)
        {
            return HexDigits(2, Error, index);
        }

        source.Advance();
        var value = HexDigits(1, Error, index);
        while (source.Current != '}')
        {
            value = (value * 16) + HexDigits(1, Error, index);
            if (value > 0x10FFFF)
            {
                throw source.Invalid("a hexadecimal escape beyond the last code point", index);
            }
        }

        source.Advance();
        return value;
    }

    private int ParseUnicode(int index)
    {
        const string Error = @"an invalid \u escape";
        var high = HexDigits(4, Error, index);
        if (!char.IsHighSurrogate((char)high))
        {
            return high;
        }

        var mark = source.Position;
        if (TakePlain('\\') && TakePlain('u'))
        {
            var low = HexDigits(4, Error, index);
            if (char.IsLowSurrogate((char)low))
            {
                return char.ConvertToUtf32((char)high, (char)low);
            }
        }

        source.Position = mark;
        return high;
    }

    private bool TakePlain(char c)
    {
        if (source.Current != c || source.IsLiteral)
        {
            return false;
        }

        source.Advance();
        return true;
    }

    private int HexDigits(int count, string error, int index)
    {
        var value = 0;
        for (var i = 0; i < count; i++)
        {
            var digit = TakeDigit(16);
            value = digit >= 0 ? (value * 16) + digit : throw source.Invalid(error, index);
        }

        return value;
    }

    private int TakeDigit(int radix)
    {
        if (source.IsLiteral || source.Current is < 0 or >= 0x80 || !char.IsAsciiHexDigit((char)source.Current))
        {
            return -1;
        }

        var digit = Convert.ToInt32(((char)source.Current).ToString(), 16);
        if (digit >= radix)
        {
            return -1;
        }

        source.Advance();
        return digit;
    }
}
