namespace Heliostat.Configuration.Patterns;

/// <summary>
/// Reads the grammar of <c>java.util.regex.Pattern</c>: alternations, sequences, groups, inline flags and quantifiers. What Java refuses is
/// refused; what Java accepts and this cannot say exactly is refused too, by name.
/// </summary>
internal sealed class PatternParser
{
    private const int MaxDepth = 200;

    private readonly PatternSource _source;
    private readonly EscapeParser _escapes;
    private readonly ClassParser _classes;
    private readonly QuantifierParser _quantifiers;
    private readonly Dictionary<string, int> _names = [];
    private PatternFlags _flags;
    private int _groups;
    private int _depth;
    private int _lineBreaks;
    private bool _inLookBehind;

    private PatternParser(PatternSource source)
    {
        _source = source;
        _escapes = new EscapeParser(source);
        _classes = new ClassParser(source, _escapes);
        _quantifiers = new QuantifierParser(source);
    }

    /// <exception cref="ConfigurationException">Java would refuse the pattern, or it cannot be expressed here.</exception>
    public static PatternNode Parse(string pattern) => Parse(pattern, out _);

    /// <summary>As <see cref="Parse(string)"/>; <paramref name="groups"/> are the groups that capture.</summary>
    /// <exception cref="ConfigurationException">Java would refuse the pattern, or it cannot be expressed here.</exception>
    public static PatternNode Parse(string pattern, out PatternGroups groups)
    {
        var source = new PatternSource(pattern);
        var parser = new PatternParser(source);
        var node = parser.ParseAlternation();
        groups = new PatternGroups(parser._groups, parser._names);
        return source.Current == PatternSource.End ? node : throw source.Invalid("unmatched closing ')'", source.Index);
    }

    private bool Has(PatternFlags flag) => (_flags & flag) != 0;

    private PatternNode ParseAlternation()
    {
        if (++_depth > MaxDepth)
        {
            throw _source.Unsupported($"more than {MaxDepth} nested groups", _source.Index);
        }

        var branches = new List<PatternNode> { ParseSequence() };
        while (_source.Take('|'))
        {
            branches.Add(ParseSequence());
        }

        _depth--;
        return branches.Count == 1 ? branches[0] : new AlternationNode(branches);
    }

    private SequenceNode ParseSequence()
    {
        var items = new List<PatternNode>();
        while (true)
        {
            _source.SkipComments();
            if (_source.Current == PatternSource.End || _source.IsNext('|') || _source.IsNext(')'))
            {
                return new SequenceNode(items);
            }

            var (index, lineBreaks) = (_source.Index, _lineBreaks);
            if (ParseAtom() is { } atom)
            {
                var item = _quantifiers.Parse(atom);
                items.Add(item is not RepeatNode || lineBreaks == _lineBreaks ? item : throw _source.Unsupported(@"a repeated \R", index));
            }
        }
    }

    /// <summary>One thing that a quantifier may follow, or null for flags that only change what comes after them.</summary>
    private PatternNode? ParseAtom()
    {
        var index = _source.Index;
        if (_source.IsLiteral)
        {
            return Literal(Next());
        }

        switch (Next())
        {
            case '(':
                return ParseGroup(index);
            case '[':
                return new SetNode(_classes.Parse(index, Has(PatternFlags.CaseInsensitive)));
            case '\\':
                return ParseEscape(index);
            case '.':
                return new SetNode(Dot());
            case '^':
                return new AnchorNode(!Has(PatternFlags.Multiline) ? Anchor.InputStart
                    : Has(PatternFlags.UnixLines) ? Anchor.UnixLineStart : Anchor.LineStart);
            case '$':
                return new AnchorNode(!Has(PatternFlags.Multiline) ? LastLineEnd()
                    : Has(PatternFlags.UnixLines) ? Anchor.UnixLineEnd : Anchor.LineEnd);
            case '*' or '+' or '?':
                throw _source.Invalid(
                    $"a quantifier with nothing to repeat (dangling meta character{(index == 0 ? "; '.*' matches everything" : "")})",
                    index);
            case '{':
                throw _source.Current is >= '0' and <= '9'
                    ? _source.Unsupported("a repetition '{' of nothing, which Java takes for no characters,", index)
                    : _source.Invalid("a repetition '{' with nothing to repeat", index);
            case var c:
                return Literal(c);
        }
    }

    private int Next()
    {
        var c = _source.Current;
        _source.Advance();
        return c;
    }

    private SetNode Literal(int c)
    {
        var set = CodePointSet.Of(c);
        return new SetNode(Has(PatternFlags.CaseInsensitive) ? JavaCharacters.Fold(set) : set);
    }

    private CodePointSet Dot() => Has(PatternFlags.DotAll) ? CodePointSet.All
        : (Has(PatternFlags.UnixLines) ? CodePointSet.Of('\n') : JavaCharacters.LineTerminators).Negate();

    private Anchor LastLineEnd() => Has(PatternFlags.UnixLines) ? Anchor.LastUnixLineEnd : Anchor.LastLineEnd;

    private PatternNode ParseEscape(int index)
    {
        if (_escapes.TryParseSet(index, Has(PatternFlags.CaseInsensitive)) is { } set)
        {
            return new SetNode(set);
        }

        switch (_source.Current)
        {
            case 'A' or 'G':
                return Anchored(Anchor.InputStart);
            case 'Z':
                return Anchored(LastLineEnd());
            case 'z':
                return Anchored(Anchor.InputEnd);
            case 'B':
                return Anchored(Anchor.NotWordBoundary);
            case 'b':
                _source.Advance();
                return !_source.IsNext('{') ? new AnchorNode(Anchor.WordBoundary)
                    : throw _source.Unsupported(@"the grapheme boundary \b{g}", index);
            case 'R':
                _source.Advance();
                _lineBreaks++;
                return AnyLineBreak();
            case 'X':
                throw _source.Unsupported(@"the grapheme cluster \X", index);
            case 'k':
                _source.Advance();
                return ParseNamedReference(index);
            case >= '1' and <= '9':
                return ParseNumberedReference(index);
            default:
                return Literal(_escapes.ParseCharacter(index));
        }
    }

    private AnchorNode Anchored(Anchor anchor)
    {
        _source.Advance();
        return new AnchorNode(anchor);
    }

    private static AlternationNode AnyLineBreak() => new(
    [
        new SequenceNode([new SetNode(CodePointSet.Of('\r')), new SetNode(CodePointSet.Of('\n'))]),
        new SetNode(JavaCharacters.VerticalSpace),
    ]);

    private BackReferenceNode ParseNumberedReference(int index)
    {
        // Java takes further digits only as long as a group of that number has been opened.
        var number = Next() - '0';
        while (_source.Current is >= '0' and <= '9' && !_source.IsLiteral && (number * 10) + _source.Current - '0' <= _groups)
        {
            number = (number * 10) + Next() - '0';
        }

        return Reference(number, index);
    }

    private BackReferenceNode ParseNamedReference(int index)
    {
        if (!_source.Take('<'))
        {
            throw _source.Invalid(@"\k is not followed by '<' for a group name", index);
        }

        var name = ParseGroupName();
        return _names.TryGetValue(name, out var number) ? Reference(number, index)
            : throw _source.Invalid($"named group <{name}> does not exist", index);
    }

    private BackReferenceNode Reference(int number, int index) =>
        Has(PatternFlags.CaseInsensitive) ? throw _source.Unsupported("a back reference under (?i)", index)
        : _inLookBehind ? throw _source.Unsupported("a back reference inside a look-behind", index)
        : new BackReferenceNode(number);

    private PatternNode? ParseGroup(int index)
    {
        var saved = _flags;
        if (!_source.Take('?'))
        {
            var number = ++_groups;
            return new CaptureNode(number, ParseBody(index, saved));
        }

        if (_source.Take(':'))
        {
            return ParseBody(index, saved);
        }

        if (_source.Take('>'))
        {
            return new AtomicNode(ParseBody(index, saved));
        }

        if (_source.Take('='))
        {
            return new LookNode(ParseBody(index, saved), Ahead: true, Negative: false);
        }

        if (_source.Take('!'))
        {
            return new LookNode(ParseBody(index, saved), Ahead: true, Negative: true);
        }

        if (_source.Take('<'))
        {
            return ParseLookBehindOrNamedGroup(index, saved);
        }

        return ParseFlags() ? ParseBody(index, saved) : null;
    }

    private PatternNode ParseLookBehindOrNamedGroup(int index, PatternFlags saved)
    {
        var negative = _source.Take('!');
        if (negative || _source.Take('='))
        {
            var outer = _inLookBehind;
            _inLookBehind = true;
            var body = ParseBody(index, saved);
            _inLookBehind = outer;
            return body.MaxLength is not null ? new LookNode(body, Ahead: false, negative)
                : throw _source.Unsupported("a look-behind without an obvious maximum length", index);
        }

        var name = ParseGroupName();
        var number = ++_groups;
        return _names.TryAdd(name, number) ? new CaptureNode(number, ParseBody(index, saved))
            : throw _source.Invalid($"named group <{name}> is already defined", index);
    }

    private string ParseGroupName()
    {
        var index = _source.Index;
        var name = "";
        while (_source.Current is >= 0 and < 0x80 && !_source.IsLiteral && char.IsAsciiLetterOrDigit((char)_source.Current))
        {
            name += (char)Next();
        }

        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? throw _source.Invalid("a group name must start with a Latin letter", index)
            : _source.Take('>') ? name
            : throw _source.Invalid("a group name is letters and digits followed by '>'", index);
    }

    private PatternNode ParseBody(int index, PatternFlags saved)
    {
        var body = ParseAlternation();
        if (!_source.Take(')'))
        {
            throw _source.Invalid("unclosed group", index);
        }

        SetFlags(saved);
        return body;
    }

    /// <summary>Inline flags; true if they are followed by <c>:</c> and a group of their own.</summary>
    private bool ParseFlags()
    {
        var flags = _flags;
        var on = true;
        while (true)
        {
            var index = _source.Index;
            var c = _source.Read("unknown inline modifier");
            switch (c)
            {
                case ')' or ':':
                    SetFlags(flags);
                    return c == ':';
                case '-' when on:
                    on = false;
                    break;
                case 'u' or 'U' or 'c':
                    throw _source.Unsupported($"the inline flag '{(char)c}'", index);
                default:
                    var flag = c switch
                    {
                        'i' => PatternFlags.CaseInsensitive,
                        'd' => PatternFlags.UnixLines,
                        'm' => PatternFlags.Multiline,
                        's' => PatternFlags.DotAll,
                        'x' => PatternFlags.Comments,
                        _ => throw _source.Invalid("unknown inline modifier", index),
                    };
                    flags = on ? flags | flag : flags & ~flag;
                    break;
            }
        }
    }

    private void SetFlags(PatternFlags flags)
    {
        _flags = flags;
        _source.SkipsComments = Has(PatternFlags.Comments);
    }
}
