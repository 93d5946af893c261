using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Heliostat.Pages;

/// <summary>Text of a page: literals are markup, and what is put between them is encoded.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    public static Html Of(Action<Html> write)
    {
        var html = new Html();
        write(html);
        return html;
    }

    public void Add([InterpolatedStringHandlerArgument("")] ref Holes holes)
    {
        // Written by the handler, into this page.
        _ = holes;
        _ = _text;
    }

    public override string ToString() => _text.ToString();

    /// <summary>Writes one interpolated string into a page.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Holes
    {
        private readonly StringBuilder _text;

        public Holes(int literalLength, int formattedCount, Html html)
        {
            _ = (literalLength, formattedCount);
            _text = html._text;
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string? text) => _text.Append(HtmlEncoder.Default.Encode(text ?? ""));

        public void AppendFormatted(int number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(long number) => _text.Append(CultureInfo.InvariantCulture, $"{number:#,0}");

        /// <summary>Markup already.</summary>
        public void AppendFormatted(Html part) => _text.Append(part._text);
    }
}
