using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>Edits the fields of a key or value that is a JSON object; null passes, anything else fails.</summary>
internal sealed class JsonRule(PayloadPart part, JsonEdit edit) : JsonPartRule(part, Kind)
{
    private const string Kind = "JSON object";

    /// <summary>The part is not what a rule takes.</summary>
    public static RuleOutcome Refuse(RuleScratch scratch, PayloadPart part) => scratch.Fail($"the {Name(part)} is no {Kind}");

    /// <summary>What it is called.</summary>
    public static string Name(PayloadPart part) => part == PayloadPart.Key ? "key" : "value";

    protected override bool? Write(ReadOnlySpan<byte> payload, in RecordView record, ByteBuffer to) =>
        JsonObject.TryOpen(payload, out var fields) ? Write(ref fields, record, to) : null;

    /// <summary>Whether anything became another.</summary>
    private bool Write(ref JsonObject fields, in RecordView record, ByteBuffer to)
    {
        var changed = false;
        to.Write("{"u8);
        while (fields.MoveNext())
        {
            var field = fields.Current;
            var before = to.Length;
            if (before > 1)
            {
                to.Write(","u8);
            }

            var isEdited = edit.Write(field, to, out var isGone);
            if (isGone)
            {
                to.Truncate(before);
            }
            else if (!isEdited)
            {
                to.Write(field.RawName);
                to.Write(":"u8);
                to.Write(field.RawValue);
            }

            changed |= isEdited || isGone;
        }

        changed |= edit.Append(record, to);
        to.Write("}"u8);
        return changed;
    }
}
