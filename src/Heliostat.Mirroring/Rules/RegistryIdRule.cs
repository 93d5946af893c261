using System.Globalization;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Gives keys or values the ids that their schemas have in the target's registry: in front of the payload (<see cref="SchemaPrefix"/>), or
/// in the header that Confluent's serializers write since 2025 (<c>__key_schema_id</c>, <c>__value_schema_id</c>), of which the last
/// counts. A header with a GUID stays: it is the same in all registries. Message indexes of Protobuf stay, and so does what is encrypted
/// (<see cref="Envelope"/>): nothing in front of it is an id.
/// </summary>
internal sealed class RegistryIdRule(TransformAction.RegistryIds what, SchemaIdTable ids) : RecordRule
{
    private const int LongestHeader = 256;

    private readonly byte[] _header = what.Part == PayloadPart.Key ? "__key_schema_id"u8.ToArray() : "__value_schema_id"u8.ToArray();
    private readonly byte[] _sealed = Envelope.Header(what.Part);

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var isInHeader = HeaderRules.TryLast(record.Headers, _header, out var header) && header.Span.Length > 0;
        if ((!isInHeader && HeaderRules.Has(record.Headers, _sealed))
            || !SchemaPrefix.TryRead(isInHeader ? header : record[what.Part], out var id))
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
                    : InHeader(ref record, header.Span, there, scratch);
            case SchemaIdStanding.Known:
                return SchemaPrefix.Replace(ref record, what.Part, there, scratch);
            case SchemaIdStanding.Unknown when !what.FailsUnknown:
                return RuleOutcome.Kept;
            case SchemaIdStanding.Unknown:
                return scratch.Fail(Said(id, "which the source's registry does not know"));
            default:
                return scratch.Await(TroubleKind.SchemaRegistry, Said(id, "which the registries are being asked for"));
        }
    }

    private RuleOutcome InHeader(ref RecordView record, scoped ReadOnlySpan<byte> header, int there, RuleScratch scratch)
    {
        Span<byte> made = stackalloc byte[LongestHeader];
        made = made[..header.Length];
        header.CopyTo(made);
        SchemaPrefix.Write(made, there);
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
                headers.Add(one.Key, (ReadOnlySpan<byte>)made);
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
