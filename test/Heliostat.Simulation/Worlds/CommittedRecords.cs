using System.Text;
using Heliostat.Broker;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Simulation.Worlds;

/// <summary>The values that a <c>read_committed</c> consumer of a partition would see, found without the code that the mirror reads by.</summary>
internal static class CommittedRecords
{
    public static List<string> Read(EmbeddedCluster cluster, string topic, int partition)
    {
        SortedDictionary<long, string> committed = [];
        Dictionary<long, List<(long Offset, string Value)>> open = [];
        using var buffer = new DecompressionBuffer();
        var offset = cluster.LogStartOffset(topic, partition);
        while (offset < cluster.LogEndOffset(topic, partition))
        {
            var bytes = cluster.Batches(topic, partition, offset);
            var walker = new BatchWalker(bytes.Span);
            while (walker.MoveNext())
            {
                var batch = bytes.Span.Slice(walker.Current.Offset, walker.Current.Size);
                Take(batch, buffer, committed, open);
                offset = new RecordBatchHeader(batch).LastOffset + 1;
            }
        }

        return [.. committed.Values];
    }

    private static void Take(
        ReadOnlySpan<byte> batch, DecompressionBuffer buffer, SortedDictionary<long, string> committed, Dictionary<long, List<(long Offset, string Value)>> open)
    {
        var header = new RecordBatchHeader(batch);
        var reader = new RecordReader(batch, buffer);
        while (reader.MoveNext())
        {
            if (header.IsControl)
            {
                var isCommit = ControlRecord.Read(reader.Key, reader.Value).Type == ControlRecordType.Commit;
                if (open.Remove(header.ProducerId, out var ended) && isCommit)
                {
                    ended.ForEach(record => committed[record.Offset] = record.Value);
                }
            }
            else if (header.IsTransactional)
            {
                if (!open.TryGetValue(header.ProducerId, out var pending))
                {
                    open[header.ProducerId] = pending = [];
                }

                pending.Add((reader.Offset, Encoding.ASCII.GetString(reader.Value.Span)));
            }
            else
            {
                committed[reader.Offset] = Encoding.ASCII.GetString(reader.Value.Span);
            }
        }
    }
}
