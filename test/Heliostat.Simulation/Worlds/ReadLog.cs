using System.Globalization;
using System.Text;
using Heliostat.Broker;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Simulation.Worlds;

/// <summary>What a consumer of a partition sees, found without the code that the mirror reads by.</summary>
internal static class ReadLog
{
    /// <summary>The records up to the high watermark in order, each with all that is said of it; without those of transactions that did not commit where asked for.</summary>
    public static List<string> Read(EmbeddedCluster cluster, string topic, int partition, bool committed)
    {
        SortedDictionary<long, string> seen = [];
        Dictionary<long, List<(long Offset, string Record)>> open = [];
        using var buffer = new DecompressionBuffer();
        var offset = cluster.LogStartOffset(topic, partition);
        while (offset < cluster.HighWatermark(topic, partition))
        {
            var bytes = cluster.Batches(topic, partition, offset);
            var walker = new BatchWalker(bytes.Span);
            while (walker.MoveNext())
            {
                var batch = bytes.Span.Slice(walker.Current.Offset, walker.Current.Size);
                Take(batch, buffer, seen, committed ? open : null);
                offset = new RecordBatchHeader(batch).LastOffset + 1;
            }
        }

        var start = cluster.LogStartOffset(topic, partition);
        return [.. seen.Where(record => record.Key >= start).Select(record => record.Value)];
    }

    /// <summary>A record in words; its value is the first of them.</summary>
    public static string Words(string value, string? key, long timestamp, string? header) => string.Create(CultureInfo.InvariantCulture, $"{value} {key ?? "-"} {timestamp} {header ?? "-"}");

    public static string ValueOf(string words) => words[..words.IndexOf(' ', StringComparison.Ordinal)];

    private static void Take(
        ReadOnlySpan<byte> batch, DecompressionBuffer buffer, SortedDictionary<long, string> seen, Dictionary<long, List<(long Offset, string Record)>>? open)
    {
        var header = new RecordBatchHeader(batch);
        var reader = new RecordReader(batch, buffer);
        while (reader.MoveNext())
        {
            if (header.IsControl)
            {
                var isCommit = ControlRecord.Read(reader.Key, reader.Value).Type == ControlRecordType.Commit;
                if (open is not null && open.Remove(header.ProducerId, out var ended) && isCommit)
                {
                    ended.ForEach(record => seen[record.Offset] = record.Record);
                }
            }
            else if (header.IsTransactional && open is not null)
            {
                if (!open.TryGetValue(header.ProducerId, out var pending))
                {
                    open[header.ProducerId] = pending = [];
                }

                pending.Add((reader.Offset, Words(reader)));
            }
            else
            {
                seen[reader.Offset] = Words(reader);
            }
        }
    }

    private static string Words(RecordReader reader)
    {
        string? header = null;
        foreach (var one in reader.Headers)
        {
            header += $"{one.KeyString()}={Encoding.ASCII.GetString(one.Value.Span)}";
        }

        return Words(Encoding.ASCII.GetString(reader.Value.Span), reader.Key.IsNull ? null : Encoding.ASCII.GetString(reader.Key.Span), reader.Timestamp, header);
    }
}
