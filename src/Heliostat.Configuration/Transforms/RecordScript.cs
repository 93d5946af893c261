using Acornima;

namespace Heliostat.Configuration.Transforms;

/// <summary>
/// JavaScript that is run for each record: the body of a function of <c>record</c> (docs/scripts.md), known to be well formed.
/// </summary>
public sealed class RecordScript
{
    private RecordScript(string text) => Text = text;

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>Reads a script; each reading is another one.</summary>
    /// <exception cref="FormatException">It is none; the message completes "'x' ...".</exception>
    public static RecordScript Parse(string text) =>
        Checked(text, text, static (parser, script) => parser.ParseScript(script, strict: true));

    /// <summary>Reads an expression, which becomes the script that returns it.</summary>
    /// <exception cref="FormatException">It is none; the message completes "'x' ...".</exception>
    public static RecordScript ParseExpression(string text) =>
        Checked(text, $"return ({text}\n)", static (parser, script) => parser.ParseExpression(script, strict: true));

    private static RecordScript Checked(string written, string script, Action<Parser, string> parse)
    {
        try
        {
            parse(new Parser(new ParserOptions { AllowReturnOutsideFunction = true }), written);
            return new RecordScript(script);
        }
        catch (ParseErrorException wrong)
        {
            throw new FormatException($"is no JavaScript: {wrong.Message}");
        }
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Text;
}
