using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Gives keys or values the ids that their schemas have in the target's registry, where they begin as Confluent's serializers write them: a
/// 0, then the id in four bytes. What follows, message indexes of Protobuf too, stays. What does not begin so, or is shorter, passes.
/// </summary>
internal sealed class SchemaIdRule(TransformAction.SchemaIds what) : RecordRule
{
    private const int Prefix = 5;

    private readonly FrozenDictionary<int, int> _ids = what.Ids.ToFrozenDictionary();

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var payload = record[what.Part];
        if (payload.IsNull || payload.Span.Length < Prefix || payload.Span[0] != 0)
        {
            return RuleOutcome.Kept;
        }

        var id = BinaryPrimitives.ReadInt32BigEndian(payload.Span[1..]);
        if (!_ids.TryGetValue(id, out var there))
        {
            return what.FailsUnknown
                ? scratch.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"the {JsonRule.Name(what.Part)} has schema id {id}, which ids does not name")) : RuleOutcome.Kept;
        }

        if (there == id)
        {
            return RuleOutcome.Kept;
        }

        var made = scratch.Place(what.Part);
        var head = made.GetSpan(Prefix);
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], there);
        made.Advance(Prefix);
        made.Write(payload.Span[Prefix..]);
        record.Put(what.Part, made.Written);
        return RuleOutcome.Changed;
    }
}
