using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>Puts records into batches that any topic takes.</summary>
internal static class KeyedBatches
{
    /// <summary>Well below the default of <c>max.message.bytes</c>; one larger record makes a larger batch.</summary>
    private const int FillBytes = 512 * 1024;

    /// <summary>Batches of <paramref name="records"/> in their order, each with <paramref name="timestamp"/> in milliseconds.</summary>
    public static List<KeyedBatch> Of(IEnumerable<KeyedRecord> records, long timestamp)
    {
        using var builder = new RecordBatchBuilder();
        List<KeyedBatch> batches = [];
        foreach (var record in records)
        {
            if (builder.RecordsCount > 0 && builder.SizeInBytes + builder.SizeOf(timestamp, record.Key, record.Value, default) > FillBytes)
            {
                Take();
            }

            builder.Append(timestamp, record.Key, record.Value, default);
        }

        if (builder.RecordsCount > 0)
        {
            Take();
        }

        return batches;

        void Take()
        {
            batches.Add(new KeyedBatch(builder.Build().ToArray(), builder.RecordsCount));
            builder.Reset();
        }
    }
}
