using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Heliostat.Mirroring.Rules;

/// <summary>The time of a record is what a header says; records without the header keep theirs.</summary>
internal sealed class TimestampRule(string header) : RecordRule
{
    private readonly byte[] _header = Encoding.UTF8.GetBytes(header);

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        if (!HeaderRules.TryLast(record.Headers, _header, out var text))
        {
            return RuleOutcome.Kept;
        }

        if (!TryRead(text.Span, out var time) || time < 0)
        {
            return scratch.Fail($"header {header} holds no time");
        }

        var outcome = time == record.Timestamp ? RuleOutcome.Kept : RuleOutcome.Changed;
        record.Timestamp = time;
        return outcome;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, out long time)
    {
        if (Utf8Parser.TryParse(text, out time, out var used) && used == text.Length)
        {
            return true;
        }

        Span<char> chars = stackalloc char[40];
        // With its year: of a bare time of day the rest would be today's, and another tomorrow.
        if (text.Length <= chars.Length && text.Length > 4 && text[4] == '-' && DateTimeOffset.TryParse(
            chars[..Encoding.UTF8.GetChars(text, chars)], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            time = moment.ToUnixTimeMilliseconds();
            return true;
        }

        return false;
    }
}
