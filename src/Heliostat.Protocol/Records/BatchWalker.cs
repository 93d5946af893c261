using System.Buffers.Binary;

namespace Heliostat.Protocol.Records;

/// <summary>
/// Walks the batches in the records field of a fetch response, of all formats mixed, without opening them. A batch that is cut off at the
/// end is not yielded: brokers cut at the byte limit. Nothing throws: what stands before damage is yielded, then <see cref="Malformed"/>
/// says why it ended.
/// </summary>
public ref struct BatchWalker(ReadOnlySpan<byte> records)
{
    private readonly ReadOnlySpan<byte> _records = records;

    /// <summary>The batch that the last <see cref="MoveNext"/> found.</summary>
    public BatchSlice Current { get; private set; }

    /// <summary>Where the next batch starts, or, at the end, where the truncated or malformed tail does.</summary>
    public int Position { get; private set; }

    /// <summary>
    /// Why the walk ended before the bytes did, in words for an operator; null if it did not, or if the last batch is only cut off.
    /// </summary>
    public string? Malformed { get; private set; }

    /// <summary>Finds the next whole batch.</summary>
    public bool MoveNext()
    {
        var left = _records[Position..];
        if (left.Length < RecordBatchHeader.MagicOffset || Malformed is not null) return false;

        var length = BinaryPrimitives.ReadInt32BigEndian(left[RecordBatchHeader.BatchLengthOffset..]);
        if (length < LegacyMessage.MinSize - RecordBatchHeader.LogOverhead) return Fail("length is too small", length);
        if (left.Length <= RecordBatchHeader.MagicOffset) return false;

        var magic = left[RecordBatchHeader.MagicOffset];
        if (magic > 2) return Fail("magic is unknown", magic);
        if (length < MinLength(magic)) return Fail("length is too small for its magic", length);
        if (length > left.Length - RecordBatchHeader.LogOverhead) return false;

        Current = new BatchSlice(Position, length + RecordBatchHeader.LogOverhead, magic);
        Position += Current.Size;
        return true;
    }

    private static int MinLength(byte magic) => magic switch
    {
        2 => RecordBatchHeader.Size - RecordBatchHeader.LogOverhead,
        1 => LegacyMessage.MinSizeWithTimestamp - RecordBatchHeader.LogOverhead,
        _ => LegacyMessage.MinSize - RecordBatchHeader.LogOverhead,
    };

    private bool Fail(string what, int value)
    {
        var offset = BinaryPrimitives.ReadInt64BigEndian(_records[Position..]);
        Malformed = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"the batch at offset {offset} (byte {Position} of {_records.Length} records bytes) is malformed: {what}: {value}");
        return false;
    }
}
