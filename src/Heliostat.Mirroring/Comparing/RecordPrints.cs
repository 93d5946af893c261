using System.Buffers.Binary;
using System.IO.Hashing;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Comparing;

/// <summary>
/// Makes a print of 128 bits of what consumers see of a record besides its timestamp. Null and empty are different; so are headers in
/// another order. XXH128: no defence against somebody who makes up records with equal prints, who could as well write to the target.
/// </summary>
internal sealed class RecordPrints
{
    private readonly XxHash128 _hash = new();

    public UInt128 Of(in RecordView record)
    {
        Add(record.Key);
        Add(record.Value);
        Add(record.Headers.Count);
        foreach (var header in record.Headers)
        {
            Add(header.Key.Length);
            _hash.Append(header.Key);
            Add(header.Value);
        }

        var print = _hash.GetCurrentHashAsUInt128();
        _hash.Reset();
        return print;
    }

    private void Add(NullableSpan field)
    {
        Add(field.IsNull ? -1 : field.Span.Length);
        _hash.Append(field.Span);
    }

    private void Add(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        _hash.Append(bytes);
    }
}
