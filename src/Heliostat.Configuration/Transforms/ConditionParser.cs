using System.Globalization;
using System.Text;
using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Transforms;

/// <summary>
/// Reads conditions as they are written in files: terms separated by commas, all of which must hold; <c>!</c> before one that must not. A
/// comma within a term is written <c>\,</c>.
/// </summary>
internal static class ConditionParser
{
    /// <summary>The terms there are, for people.</summary>
    public const string Allowed =
        "terms separated by commas, all of which hold: topic~REGEX, header:NAME, header:NAME=TEXT, header:NAME~REGEX, key=TEXT, key~REGEX, "
            + "key-prefix=TEXT, value:/FIELD=TEXT, tombstone, "
        + "timestamp>=TIME, timestamp<TIME, partition=N, sample=N/M; '!' before one that must not hold, hex:BYTES for a text";

    /// <exception cref="FormatException">A term that is none; the message completes "'x' ...".</exception>
    public static RecordCondition Parse(string text)
    {
        RecordCondition[] terms = [.. Split(text).Select(Term)];
        return terms.Length == 0 ? throw new FormatException($"has no term; {Allowed}")
            : terms.Length == 1 ? terms[0]
            : new RecordCondition.All(terms);
    }

    private static IEnumerable<string> Split(string text)
    {
        var term = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == ',')
            {
                yield return term.ToString().Trim();
                term.Clear();
                continue;
            }

            at += text[at] == '\\' && at + 1 < text.Length && text[at + 1] == ',' ? 1 : 0;
            term.Append(text[at]);
        }

        if (term.ToString().Trim() is { Length: > 0 } last)
        {
            yield return last;
        }
    }

    private static RecordCondition Term(string term) =>
        term.StartsWith('!') ? new RecordCondition.Not(Term(term[1..].TrimStart())) : term switch
        {
            "tombstone" => new RecordCondition.Tombstone(),
            _ when After(term, "topic~") is { } pattern => new RecordCondition.Topic(JavaPattern.ParseSetting(pattern)),
            _ when After(term, "header:") is { Length: > 0 } header => Header(header),
            _ when After(term, "key=") is { } key => new RecordCondition.Key(BytesTest.Equal(key)),
            _ when After(term, "key~") is { } pattern => new RecordCondition.Key(BytesTest.Matching(JavaPattern.ParseSetting(pattern))),
            _ when After(term, "key-prefix=") is { } prefix => new RecordCondition.Key(BytesTest.Prefix(prefix)),
            _ when After(term, "value:/") is { } field && field.IndexOf('=', StringComparison.Ordinal) is > 0 and var at =>
                new RecordCondition.Field(field[..at], BytesTest.Equal(field[(at + 1)..])),
            _ when After(term, "timestamp>=") is { } from => new RecordCondition.Time(Time(from), long.MaxValue),
            _ when After(term, "timestamp<") is { } until => new RecordCondition.Time(long.MinValue, Time(until)),
            _ when After(term, "partition=") is { } number => new RecordCondition.Partition(Number(number)),
            _ when After(term, "sample=") is { } sample => Sample(sample),
            _ => throw new FormatException($"has '{term}', which is no condition: {Allowed}"),
        };

    private static string? After(string term, string beginning) =>
        term.StartsWith(beginning, StringComparison.Ordinal) ? term[beginning.Length..] : null;

    private static RecordCondition Header(string text)
    {
        var at = text.AsSpan().IndexOfAny('=', '~');
        return at < 0 ? new RecordCondition.HasHeader(text)
            : new RecordCondition.Header(text[..at],
                text[at] == '=' ? BytesTest.Equal(text[(at + 1)..]) : BytesTest.Matching(JavaPattern.ParseSetting(text[(at + 1)..])));
    }

    private static RecordCondition.Sample Sample(string text)
    {
        var parts = text.Split('/');
        var (kept, of) = parts.Length == 2
            ? (Number(parts[0]), Number(parts[1]))
            : throw new FormatException($"has 'sample={text}' where N/M is to be, as sample=1/100");
        return kept <= of && of > 0
            ? new RecordCondition.Sample(kept, of)
            : throw new FormatException($"has 'sample={text}', which is more than all");
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"has '{text}' where a whole number is to be");

    /// <summary>Reads a time: milliseconds since the epoch, or ISO 8601 with its year, in UTC where it does not say otherwise.</summary>
    public static bool TryTime(string text, out long ms)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ms))
        {
            return true;
        }

        if (text.Length > 4 && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            ms = time.ToUnixTimeMilliseconds();
            return true;
        }

        return false;
    }

    private static long Time(string text) =>
        TryTime(text, out var ms)
            ? ms
            : throw new FormatException($"has '{text}' where a time is to be: milliseconds since the epoch, or as 2026-11-01T00:00:00Z");
}
