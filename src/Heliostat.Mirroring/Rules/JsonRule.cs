using System.Text.Json;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>Edits the fields of a key or value that is a JSON object; null passes, anything else fails.</summary>
internal sealed class JsonRule(PayloadPart part, JsonEdit edit) : RecordRule
{
    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var payload = record[part];
        if (payload.IsNull)
        {
            return RuleOutcome.Kept;
        }

        try
        {
            var to = scratch.Place(part);
            if (!JsonObject.TryOpen(payload.Span, out var fields))
            {
                return Refuse(scratch, part);
            }

            if (!Write(ref fields, record, to))
            {
                scratch.GiveBack(part);
                return RuleOutcome.Kept;
            }

            record.Put(part, to.Written);
            return RuleOutcome.Changed;
        }
        catch (JsonException)
        {
            return Refuse(scratch, part);
        }
        catch (JsonEditException refused)
        {
            return scratch.Fail($"{Name(part)}: {refused.Message}");
        }
    }

    /// <summary>The part is not what a rule takes.</summary>
    public static RuleOutcome Refuse(RuleScratch scratch, PayloadPart part) => scratch.Fail($"the {Name(part)} is no JSON object");

    /// <summary>What it is called.</summary>
    public static string Name(PayloadPart part) => part == PayloadPart.Key ? "key" : "value";

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
