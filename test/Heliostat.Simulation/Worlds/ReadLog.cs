using System.Globalization;
using System.Text;
using Heliostat.Broker;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Simulation.Worlds;

/// <summary>What a consumer of a partition sees, found without the code that the mirror reads by.</summary>
internal static class ReadLog
{
    /// <summary>Makes something of a record.</summary>
    internal delegate T Of<out T>(RecordReader record);

    /// <summary>
    /// The records up to the high watermark in order, each with all that is said of it; without those of transactions that did not commit
    /// where asked for.
    /// </summary>
    public static List<string> Read(EmbeddedCluster cluster, string topic, int partition, bool committed) =>
        [.. Read(cluster, topic, partition, committed, Words).Values];

    /// <summary>The same by offset, as something else.</summary>
    public static SortedDictionary<long, T> Read<T>(EmbeddedCluster cluster, string topic, int partition, bool committed, Of<T> of)
    {
        SortedDictionary<long, T> seen = [];
        Dictionary<long, List<(long Offset, T Record)>>? open = committed ? [] : null;
        var start = cluster.LogStartOffset(topic, partition);
        ReadFrom(cluster, topic, partition, start, (header, record) => Take(header, record, start, of, seen, open));
        return seen;
    }

    /// <summary>
    /// Calls for each record from an offset up to the high watermark, markers too, whatever became of its transaction; says where to go on.
    /// </summary>
    public static long ReadFrom(
        EmbeddedCluster cluster, string topic, int partition, long offset, Action<RecordBatchHeader, RecordReader> take)
    {
        using var buffer = new DecompressionBuffer();
        while (offset < cluster.HighWatermark(topic, partition))
        {
            var bytes = cluster.Batches(topic, partition, offset);
            var walker = new BatchWalker(bytes.Span);
            while (walker.MoveNext())
            {
                var batch = bytes.Span.Slice(walker.Current.Offset, walker.Current.Size);
                var header = new RecordBatchHeader(batch);
                for (var reader = new RecordReader(batch, buffer); reader.MoveNext();)
                {
                    take(header, reader);
                }

                offset = header.LastOffset + 1;
            }
        }

        return offset;
    }

    /// <summary>A record in words; its value is the first of them.</summary>
    public static string Words(string value, string? key, long timestamp, string? header) =>
        string.Create(CultureInfo.InvariantCulture, $"{value} {key ?? "-"} {timestamp} {header ?? "-"}");

    public static string ValueOf(string words) => words[..words.IndexOf(' ', StringComparison.Ordinal)];

    private static void Take<T>(
        RecordBatchHeader header,
        RecordReader record,
        long start,
        Of<T> of,
        SortedDictionary<long, T> seen,
        Dictionary<long, List<(long Offset, T Record)>>? open)
    {
        if (header.IsControl)
        {
            var isCommit = ControlRecord.Read(record.Key, record.Value).Type == ControlRecordType.Commit;
            if (open is not null && open.Remove(header.ProducerId, out var ended) && isCommit)
            {
                ended.ForEach(one => seen[one.Offset] = one.Record);
            }
        }
        else if (record.Offset < start)
        {
            // A batch that begins before the log: what is before it is deleted.
        }
        else if (header.IsTransactional && open is not null)
        {
            if (!open.TryGetValue(header.ProducerId, out var pending))
            {
                open[header.ProducerId] = pending = [];
            }

            pending.Add((record.Offset, of(record)));
        }
        else
        {
            seen[record.Offset] = of(record);
        }
    }

    private static string Words(RecordReader reader)
    {
        string? header = null;
        foreach (var one in reader.Headers)
        {
            header += $"{one.KeyString()}={Encoding.ASCII.GetString(one.Value.Span)}";
        }

        var key = reader.Key.IsNull ? null : Encoding.ASCII.GetString(reader.Key.Span);
        return Words(Encoding.ASCII.GetString(reader.Value.Span), key, reader.Timestamp, header);
    }
}
