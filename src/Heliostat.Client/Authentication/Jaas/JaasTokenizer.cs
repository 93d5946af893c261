using System.Text;

namespace Heliostat.Client.Authentication.Jaas;

/// <summary>
/// Java's <c>StreamTokenizer</c> as Kafka sets it up (<c>JaasConfig</c>). Its surprises are kept, because files are written against them: a
/// slash begins a comment to the end of the line, a bare number is no text, a string ends at the end of its line.
/// </summary>
internal sealed class JaasTokenizer(string text)
{
    private const int None = -1;

    private int _at;

    /// <summary>Whether a slash has begun a comment that reached the end of its line: often it was meant as part of a value.</summary>
    public bool HasLineComment { get; private set; }

    public JaasToken Next()
    {
        SkipSpaceAndComments();
        var first = Peek();
        return first switch
        {
            None => new JaasToken(JaasTokenKind.End, ""),
            '"' or '\'' => new JaasToken(JaasTokenKind.Quoted, Quoted((char)Read())),
            _ when IsDigit(first) => Number(),
            _ when IsWord(first) => new JaasToken(JaasTokenKind.Word, Word()),
            _ => new JaasToken(JaasTokenKind.Symbol, ((char)Read()).ToString()),
        };
    }

    /// <summary>The next value as a JAAS file may have it: quoted, or everything up to white space or a semicolon.</summary>
    public JaasToken NextBareValue()
    {
        SkipSpaceAndComments();
        if (Peek() is '"' or '\'')
        {
            return Next();
        }

        var start = _at;
        while (Peek() is not None and > ' ' and not ';')
        {
            _at++;
        }

        return start < _at ? new JaasToken(JaasTokenKind.Word, text[start.._at]) : Next();
    }

    /// <summary>Letters, the three that Kafka adds, and everything from the no-break space on.</summary>
    private static bool IsLetter(int c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '-' or '_' or '$' or >= 160;

    private static bool IsDigit(int c) => c is (>= '0' and <= '9') or '.' or '-';

    private static bool IsWord(int c) => IsLetter(c) || IsDigit(c);

    private int Peek() => _at < text.Length ? text[_at] : None;

    private int Read() => _at < text.Length ? text[_at++] : None;

    private void SkipSpaceAndComments()
    {
        while (true)
        {
            while (Peek() is not None and <= ' ')
            {
                _at++;
            }

            if (Peek() != '/')
            {
                return;
            }

            _at++;
            if (Peek() == '*')
            {
                var end = text.IndexOf("*/", _at + 1, StringComparison.Ordinal);
                _at = end < 0 ? text.Length : end + 2;
            }
            else
            {
                SkipLine();
                HasLineComment = true;
            }
        }
    }

    private void SkipLine()
    {
        while (Peek() is not (None or '\n' or '\r'))
        {
            _at++;
        }
    }

    private string Word()
    {
        var start = _at;
        while (IsWord(Peek()))
        {
            _at++;
        }

        return text[start.._at];
    }

    /// <summary>Digits with at most one point; a minus before something else is a symbol, as there.</summary>
    private JaasToken Number()
    {
        var start = _at;
        if (Peek() == '-')
        {
            _at++;
            if (Peek() is not ('.' or (>= '0' and <= '9')))
            {
                return new JaasToken(JaasTokenKind.Symbol, "-");
            }
        }

        var hasPoint = false;
        while (Peek() is (>= '0' and <= '9') or '.')
        {
            if (Peek() == '.' && hasPoint)
            {
                break;
            }

            hasPoint |= Read() == '.';
        }

        return new JaasToken(JaasTokenKind.Number, text[start.._at]);
    }

    private string Quoted(char quote)
    {
        var value = new StringBuilder();
        while (Peek() is not (None or '\n' or '\r'))
        {
            var c = (char)Read();
            if (c == quote)
            {
                return value.ToString();
            }

            if (c != '\\')
            {
                value.Append(c);
            }
            else if (Peek() != None)
            {
                value.Append(Escaped());
            }
        }

        return value.ToString();
    }

    private char Escaped()
    {
        var c = (char)Read();
        return c switch
        {
            >= '0' and <= '7' => Octal(c),
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => c,
        };
    }

    /// <summary>Up to three digits, and no more than a byte.</summary>
    private char Octal(char first)
    {
        var value = first - '0';
        for (var digits = first <= '3' ? 2 : 1; digits > 0 && Peek() is >= '0' and <= '7'; digits--)
        {
            value = value * 8 + Read() - '0';
        }

        return (char)value;
    }
}
