using System.Collections.Frozen;
using System.Globalization;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Gives keys or values the ids that their schemas have in the target's registry, where they begin with one (<see cref="SchemaPrefix"/>).
/// What follows, message indexes of Protobuf too, stays. What does not begin so, or is shorter, passes, and so does what is encrypted
/// (<see cref="Envelope"/>): nothing in front of it is an id.
/// </summary>
internal sealed class SchemaIdRule(TransformAction.SchemaIds what) : RecordRule
{
    private readonly FrozenDictionary<int, int> _ids = what.Ids.ToFrozenDictionary();
    private readonly byte[] _sealed = Envelope.Header(what.Part);

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        if (!SchemaPrefix.TryRead(record[what.Part], out var id) || HeaderRules.Has(record.Headers, _sealed))
        {
            return RuleOutcome.Kept;
        }

        if (!_ids.TryGetValue(id, out var there))
        {
            return what.FailsUnknown
                ? scratch.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"the {JsonRule.Name(what.Part)} has schema id {id}, which ids does not name")) : RuleOutcome.Kept;
        }

        return there == id ? RuleOutcome.Kept : SchemaPrefix.Replace(ref record, what.Part, there, scratch);
    }
}
