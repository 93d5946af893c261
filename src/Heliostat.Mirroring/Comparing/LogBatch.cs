using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Comparing;

/// <summary>A batch that a cursor stands in front of, as it is stored.</summary>
internal readonly ref struct LogBatch(ReadOnlySpan<byte> bytes)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Of a batch of magic 2.</summary>
    public int RecordsCount => new RecordBatchHeader(Bytes).RecordsCount;

    /// <summary>
    /// Whether <paramref name="target"/> is this batch of a source, passed on: the same records byte for byte, under the same timestamps,
    /// or under the target broker's. Nothing is opened. False says only that the records have to be compared one by one.
    /// </summary>
    public bool LinesUpWith(in LogBatch target)
    {
        if (Bytes.Length != target.Bytes.Length || Bytes[RecordBatchHeader.MagicOffset] != 2
            || target.Bytes[RecordBatchHeader.MagicOffset] != 2)
        {
            return false;
        }

        var here = new RecordBatchHeader(Bytes);
        var there = new RecordBatchHeader(target.Bytes);
        return here.IsDense && there.IsDense
            && here.RecordsCount == there.RecordsCount
            && here.Codec == there.Codec
            && here.BaseTimestamp == there.BaseTimestamp
            && !here.HasDeleteHorizon && !there.HasDeleteHorizon
            && here.TimestampType == TimestampType.CreateTime
            && (there.TimestampType == TimestampType.LogAppendTime || here.MaxTimestamp == there.MaxTimestamp)
            && Bytes[RecordBatchHeader.Size..].SequenceEqual(target.Bytes[RecordBatchHeader.Size..]);
    }
}
