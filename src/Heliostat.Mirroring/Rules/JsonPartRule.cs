using System.Text.Json;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>Makes another one of a key or value that is JSON; null passes, anything else fails.</summary>
/// <param name="part">Which of the two.</param>
/// <param name="kind">What it is to be.</param>
internal abstract class JsonPartRule(PayloadPart part, string kind) : RecordRule
{
    public sealed override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var payload = record[part];
        if (payload.IsNull)
        {
            return RuleOutcome.Kept;
        }

        try
        {
            var to = scratch.Place(part);
            switch (Write(payload.Span, record, to))
            {
                case null:
                    return Refuse(scratch);
                case false:
                    scratch.GiveBack(part);
                    return RuleOutcome.Kept;
                default:
                    record.Put(part, to.Written);
                    return RuleOutcome.Changed;
            }
        }
        catch (JsonException)
        {
            return Refuse(scratch);
        }
        catch (JsonEditException refused)
        {
            return scratch.Fail($"{JsonRule.Name(part)}: {refused.Message}");
        }
    }

    /// <summary>Writes what it becomes; false where it stays as it is, null where it is not of the kind.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="JsonEditException">It is not what the rule takes.</exception>
    protected abstract bool? Write(ReadOnlySpan<byte> payload, in RecordView record, ByteBuffer to);

    private RuleOutcome Refuse(RuleScratch scratch) => scratch.Fail($"the {JsonRule.Name(part)} is no {kind}");
}
