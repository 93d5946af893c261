using System.Globalization;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Protocol.Tests.Records;

/// <summary>Prints all batches and records of some bytes, in the words of RecordsInterop.java.</summary>
internal static class RecordDump
{
    public static List<string> Of(ReadOnlySpan<byte> bytes, int maxDecompressedBytes = DecompressionBuffer.DefaultMaxBytes)
    {
        using var buffer = new DecompressionBuffer(maxDecompressedBytes);
        var lines = new List<string>();
        var walker = new BatchWalker(bytes);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(bytes);
            lines.Add(Describe(batch));
            lines.AddRange(Records(batch, buffer).Select(record => record.ToString()));
        }

        if (walker.Malformed is not null) lines.Add(walker.Malformed);
        return lines;
    }

    public static List<SampleRecord> Records(ReadOnlySpan<byte> batch, DecompressionBuffer buffer)
    {
        var records = new List<SampleRecord>();
        var reader = new RecordReader(batch, buffer);
        while (reader.MoveNext())
        {
            var headers = new List<(string, byte[]?)>();
            foreach (var header in reader.Headers) headers.Add((header.KeyString(), header.Value.ToArray()));
            Assert.Equal(reader.Headers.Count, headers.Count);
            records.Add(new SampleRecord(reader.Offset, reader.Timestamp, reader.Key.ToArray(), reader.Value.ToArray(), [.. headers]));
        }

        return records;
    }

    private static string Describe(ReadOnlySpan<byte> batch)
    {
        var magic = batch[RecordBatchHeader.MagicOffset];
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"batch {magic} last {RecordBatch.LastOffset(batch)} codec {(int)RecordBatch.Codec(batch)} valid "
                + $"{(RecordBatch.IsCrcValid(batch) ? 1 : 0)}");
        if (magic < 2) return line;

        var header = new RecordBatchHeader(batch);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{line} base {header.BaseOffset} count {header.RecordsCount} max {header.MaxTimestamp} append "
                + $"{(int)header.TimestampType} producer {header.ProducerId} {header.ProducerEpoch} {header.BaseSequence} leader "
                + $"{header.PartitionLeaderEpoch} txn {(header.IsTransactional ? 1 : 0)} control {(header.IsControl ? 1 : 0)} horizon "
                + $"{(header.HasDeleteHorizon ? header.BaseTimestamp : -1)}");
    }
}
