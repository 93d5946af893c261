using System.Buffers.Binary;
using Heliostat.Configuration.Transforms;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// The id of a schema as Confluent's serializers write it, in front of a payload or in a header: a 0, then it in four bytes.
/// </summary>
internal static class SchemaPrefix
{
    private const int Length = 5;

    /// <summary>The id that bytes begin with; false where they do not begin so, or are shorter.</summary>
    public static bool TryRead(NullableSpan bytes, out int id)
    {
        var isOne = !bytes.IsNull && bytes.Span.Length >= Length && bytes.Span[0] == 0;
        id = isOne ? BinaryPrimitives.ReadInt32BigEndian(bytes.Span[1..]) : 0;
        return isOne;
    }

    /// <summary>Puts another id in the place of the one that bytes begin with.</summary>
    public static void Write(Span<byte> bytes, int id) => BinaryPrimitives.WriteInt32BigEndian(bytes[1..Length], id);

    /// <summary>A key or value begins with another id.</summary>
    /// <param name="record">The record.</param>
    /// <param name="part">Its key or value, which begins with one.</param>
    /// <param name="id">The other id.</param>
    /// <param name="scratch">Where it is made.</param>
    public static RuleOutcome Replace(ref RecordView record, PayloadPart part, int id, RuleScratch scratch)
    {
        var payload = record[part].Span;
        var made = scratch.Place(part);
        var head = made.GetSpan(Length);
        head[0] = 0;
        Write(head, id);
        made.Advance(Length);
        made.Write(payload[Length..]);
        record.Put(part, made.Written);
        return RuleOutcome.Changed;
    }
}
