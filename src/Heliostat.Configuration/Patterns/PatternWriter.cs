using System.Globalization;
using System.Text;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// Writes a Java pattern as a .NET one that must match the whole input. Only what a back reference needs becomes a capture, so that most
/// patterns are free of what .NET's linear-time engine lacks.
/// </summary>
internal sealed class PatternWriter
{
    private const string Terminator = @"[\n\r\u0085\u2028\u2029]";
    private const string WordCharacter = "[0-9A-Z_a-z]";

    private readonly StringBuilder _output = new();
    private readonly HashSet<int> _groups = [];
    private readonly HashSet<int> _referenced = [];

    private PatternWriter()
    {
    }

    /// <summary>
    /// Whether the pattern has look-around, atomic groups or back references, which the linear-time engine does not know.
    /// </summary>
    private bool NeedsBacktracking { get; set; }

    /// <summary>
    /// Whether a loop holds another loop or a choice, so that backtracking can take time exponential in the length of a name.
    /// </summary>
    private bool MayExplode { get; set; }

    /// <summary>The .NET pattern, and whether the linear-time engine should run it: it can, and backtracking might never end.</summary>
    public static (string Pattern, bool Linear) Write(PatternNode root)
    {
        var writer = new PatternWriter();
        writer.Survey(root, inLoop: false);
        writer._output.Append(@"\A(?:");
        writer.Write(root, last: true);
        writer._output.Append(@")\z");
        return (writer._output.ToString(), writer.MayExplode && !writer.NeedsBacktracking);
    }

    /// <summary>The .NET pattern that finds what the Java pattern would find first, its groups captured under their numbers.</summary>
    public static string WriteSearch(PatternNode root)
    {
        var writer = new PatternWriter();
        writer.Survey(root, inLoop: false);
        writer._referenced.UnionWith(writer._groups);
        writer.Write(root, last: false);
        return writer._output.ToString();
    }

    private void Survey(PatternNode node, bool inLoop)
    {
        switch (node)
        {
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    Survey(item, inLoop);
                }

                break;
            case AlternationNode alternation:
                MayExplode |= inLoop;
                foreach (var branch in alternation.Branches)
                {
                    Survey(branch, inLoop);
                }

                break;
            case CaptureNode capture:
                _groups.Add(capture.Number);
                Survey(capture.Body, inLoop);
                break;
            case AtomicNode atomic:
                Survey(atomic.Body, inLoop);
                break;
            case LookNode look:
                Survey(look.Body, inLoop);
                break;
            case RepeatNode repeat:
                MayExplode |= inLoop && repeat.Min != repeat.Max;
                Survey(repeat.Body, inLoop || repeat.Max is not (0 or 1));
                break;
            case BackReferenceNode reference:
                _referenced.Add(reference.Number);
                break;
        }
    }

    /// <param name="node">What to write.</param>
    /// <param name="last">Nothing but the end of the input can follow, so that the lenient ends of a line are the strict one.</param>
    private void Write(PatternNode node, bool last)
    {
        switch (node)
        {
            case SetNode set:
                set.Set.AppendTo(_output);
                break;
            case SequenceNode sequence:
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    Write(sequence.Items[i], last && i == sequence.Items.Count - 1);
                }

                break;
            case AlternationNode alternation:
                WriteAlternation(alternation, last);
                break;
            case CaptureNode capture when _referenced.Contains(capture.Number):
                _output.Append("(?<").Append(capture.Number.ToString(CultureInfo.InvariantCulture)).Append('>');
                Write(capture.Body, last);
                _output.Append(')');
                break;
            case CaptureNode capture:
                WriteGroup("(?:", capture.Body, last);
                break;
            case AtomicNode atomic:
                WriteBacktracking("(?>", atomic.Body);
                break;
            case LookNode look:
                WriteBacktracking((look.Ahead, look.Negative) switch
                {
                    (true, false) => "(?=",
                    (true, true) => "(?!",
                    (false, false) => "(?<=",
                    (false, true) => "(?<!",
                }, look.Body);
                break;
            case RepeatNode repeat:
                WriteRepeat(repeat);
                break;
            case AnchorNode anchor:
                WriteAnchor(last && anchor.Anchor is Anchor.LastLineEnd or Anchor.LastUnixLineEnd ? Anchor.InputEnd : anchor.Anchor);
                break;
            case BackReferenceNode reference:
                NeedsBacktracking = true;
                _output.Append(_groups.Contains(reference.Number)
                    ? string.Create(CultureInfo.InvariantCulture, $@"(?:\k<{reference.Number}>)")
                    : "(?!)");
                break;
        }
    }

    private void WriteAlternation(AlternationNode alternation, bool last)
    {
        _output.Append("(?:");
        for (var i = 0; i < alternation.Branches.Count; i++)
        {
            if (i > 0)
            {
                _output.Append('|');
            }

            Write(alternation.Branches[i], last);
        }

        _output.Append(')');
    }

    private void WriteGroup(string opening, PatternNode body, bool last)
    {
        _output.Append(opening);
        Write(body, last);
        _output.Append(')');
    }

    private void WriteBacktracking(string opening, PatternNode body)
    {
        NeedsBacktracking = true;
        WriteGroup(opening, body, last: false);
    }

    private void WriteRepeat(RepeatNode repeat)
    {
        // Java matches each turn of a possessive loop on its own, without going back into an earlier one.
        if (repeat.Kind == RepeatKind.Possessive)
        {
            NeedsBacktracking = true;
            _output.Append("(?>");
            WriteGroup("(?>", repeat.Body, last: false);
        }
        else
        {
            WriteGroup("(?:", repeat.Body, last: false);
        }

        _output.Append((repeat.Min, repeat.Max) switch
        {
            (0, null) => "*",
            (1, null) => "+",
            (0, 1) => "?",
            (var min, null) => string.Create(CultureInfo.InvariantCulture, $"{{{min},}}"),
            (var min, var max) => string.Create(CultureInfo.InvariantCulture, $"{{{min},{max}}}"),
        });
        _output.Append(repeat.Kind switch
        {
            RepeatKind.Reluctant => "?",
            RepeatKind.Possessive => ")",
            _ => "",
        });
    }

    private void WriteAnchor(Anchor anchor)
    {
        if (anchor is Anchor.InputStart or Anchor.InputEnd)
        {
            _output.Append(anchor == Anchor.InputStart ? @"\A" : @"\z");
            return;
        }

        NeedsBacktracking = true;
        _output.Append(anchor switch
        {
            Anchor.LastLineEnd => $@"(?=\r\n\z|(?<!\r)\n\z|[\r\u0085\u2028\u2029]\z|\z)",
            Anchor.LastUnixLineEnd => @"(?=\n?\z)",
            Anchor.LineStart => $@"(?:(?!\z)(?:\A|(?<={Terminator})(?<!\r(?=\n))))",
            Anchor.UnixLineStart => @"(?:(?!\z)(?:\A|(?<=\n)))",
            Anchor.LineEnd => $@"(?:(?=\z|{Terminator})(?<!\r(?=\n)))",
            Anchor.UnixLineEnd => @"(?=\n|\z)",
            Anchor.WordBoundary => $"(?:(?<={WordCharacter})(?!{WordCharacter})|(?<!{WordCharacter})(?={WordCharacter}))",
            _ => $"(?:(?<={WordCharacter})(?={WordCharacter})|(?<!{WordCharacter})(?!{WordCharacter}))",
        });
    }
}
