using System.Buffers.Binary;
using System.Globalization;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Registries;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Gives keys or values the ids that their schemas have in the target's registry: in front of the payload as Confluent's serializers write
/// them (a 0, then the id in four bytes), or in the header that they write since 2025 (<c>__key_schema_id</c>, <c>__value_schema_id</c>),
/// of which the last counts. A header with a GUID stays: it is the same in all registries. Message indexes of Protobuf stay, and so does
/// what is encrypted (<see cref="Envelope"/>): nothing in front of it is an id.
/// </summary>
internal sealed class RegistryIdRule(TransformAction.RegistryIds what, SchemaIdTable ids) : RecordRule
{
    private const int Prefix = 5;
    private const int LongestHeader = 256;

    private readonly byte[] _header = what.Part == PayloadPart.Key ? "__key_schema_id"u8.ToArray() : "__value_schema_id"u8.ToArray();
    private readonly byte[] _sealed = Envelope.Header(what.Part);

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var isInHeader = HeaderRules.TryLast(record.Headers, _header, out var header) && header.Span.Length > 0;
        if ((!isInHeader && HeaderRules.Has(record.Headers, _sealed)) || !Carries(isInHeader ? header : record[what.Part], out var id))
        {
            return RuleOutcome.Kept;
        }

        switch (ids.Find(id, out var there))
        {
            case SchemaIdStanding.Known when there == id:
                return RuleOutcome.Kept;
            case SchemaIdStanding.Known when isInHeader:
                return header.Span.Length > LongestHeader
                    ? scratch.Fail(Said(id, "in a header that is too long for one"))
                    : InHeader(ref record, there, scratch);
            case SchemaIdStanding.Known:
                return InFront(ref record, there, scratch);
            case SchemaIdStanding.Unknown when !what.FailsUnknown:
                return RuleOutcome.Kept;
            case SchemaIdStanding.Unknown:
                return scratch.Fail(Said(id, "which the source's registry does not know"));
            default:
                scratch.Fail(Said(id, "which the registries are being asked for"));
                return RuleOutcome.NotYet;
        }
    }

    private static bool Carries(NullableSpan bytes, out int id)
    {
        var isOne = !bytes.IsNull && bytes.Span.Length >= Prefix && bytes.Span[0] == 0;
        id = isOne ? BinaryPrimitives.ReadInt32BigEndian(bytes.Span[1..]) : 0;
        return isOne;
    }

    private RuleOutcome InFront(ref RecordView record, int there, RuleScratch scratch)
    {
        var payload = record[what.Part].Span;
        var made = scratch.Place(what.Part);
        BinaryPrimitives.WriteInt32BigEndian(made.GetSpan(Prefix)[1..], there);
        made.GetSpan(Prefix)[0] = 0;
        made.Advance(Prefix);
        made.Write(payload[Prefix..]);
        record.Put(what.Part, made.Written);
        return RuleOutcome.Changed;
    }

    private RuleOutcome InHeader(ref RecordView record, int there, RuleScratch scratch)
    {
        Span<byte> made = stackalloc byte[LongestHeader];
        HeaderRules.TryLast(record.Headers, _header, out var header);
        header.Span.CopyTo(made);
        BinaryPrimitives.WriteInt32BigEndian(made[1..], there);
        var left = 0;
        foreach (var one in record.Headers)
        {
            left += one.Key.SequenceEqual(_header) ? 1 : 0;
        }

        var headers = scratch.Headers();
        foreach (var one in record.Headers)
        {
            if (one.Key.SequenceEqual(_header) && --left == 0)
            {
                headers.Add(one.Key, (ReadOnlySpan<byte>)made[..header.Span.Length]);
            }
            else
            {
                headers.Add(one.Key, one.Value);
            }
        }

        record.Headers = headers.Headers;
        return RuleOutcome.Changed;
    }

    private string Said(int id, string which) =>
        string.Create(CultureInfo.InvariantCulture, $"the {JsonRule.Name(what.Part)} has schema id {id}, {which}");
}
