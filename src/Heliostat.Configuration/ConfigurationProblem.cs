using System.Globalization;
using System.Text;

namespace Heliostat.Configuration;

/// <summary>One thing that is wrong in what the user wrote: where it stands, what it is, and what would be right.</summary>
public sealed record ConfigurationProblem
{
    /// <summary>What is wrong, and where it helps what is allowed instead; one sentence without a final period.</summary>
    public required string Message { get; init; }

    /// <summary>The file as the user named it, or null when the value came from the command line or a default.</summary>
    public string? File { get; init; }

    /// <summary>The line of the key in <see cref="File"/>, counted from 1; 0 when there is none.</summary>
    public int Line { get; init; }

    /// <summary>The property key or the command line option, or null when the problem is about a whole file.</summary>
    public string? Key { get; init; }

    /// <summary>The problem on one line: <c>file:line: key: message</c>, leaving out what is not known.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (File is not null)
        {
            text.Append(File);
            if (Line > 0)
            {
                text.Append(':').Append(Line.ToString(CultureInfo.InvariantCulture));
            }

            text.Append(": ");
        }

        if (Key is not null)
        {
            text.Append(Key).Append(": ");
        }

        return text.Append(Message).ToString();
    }
}
