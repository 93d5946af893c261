using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Conformance.Transactions;

/// <summary>What a partition holds, markers included.</summary>
internal static class SeenPartition
{
    public static ListOffsetsRequest Latest(string topic, IsolationLevel isolation) => new()
    {
        ReplicaId = -1,
        IsolationLevel = isolation,
        Topics = [new ListOffsetsTopic { Name = topic, Partitions = [new ListOffsetsPartition { Timestamp = -1 }] }],
    };

    /// <summary>The marks of a partition once it ends where it should.</summary>
    public static async Task<string> MarksAsync(Endpoint kafka, string topic, long end)
    {
        var seen = await kafka.UntilAsync(() => Fetch(topic, committed: true), 11,
            answer => answer.Responses[0].Partitions[0].HighWatermark == end);
        var row = seen.Responses[0].Partitions[0];
        return $"end {row.HighWatermark} stable {row.LastStableOffset} aborted {string.Join(' ', Aborted(row).Order())}";
    }

    /// <summary>Records and markers from the start, once nothing is open any more.</summary>
    public static async Task<string> ContentAsync(Endpoint kafka, string topic, bool committed)
    {
        var seen = await kafka.UntilAsync(() => Fetch(topic, committed), 11,
            answer => answer.Responses[0].Partitions[0] is var p && p.HighWatermark == p.LastStableOffset);
        var row = seen.Responses[0].Partitions[0];
        var text = $"end {row.HighWatermark}, aborted {string.Join(' ', Aborted(row))}:";
        var walker = new BatchWalker(row.Records.Span);
        using var buffer = new DecompressionBuffer();
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(row.Records.Span);
            var header = new RecordBatchHeader(batch);
            var reader = new RecordReader(batch, buffer);
            var what = !header.IsControl ? $"{header.RecordsCount}"
                : reader.MoveNext() ? $"{ControlRecord.Read(reader.Key, reader.Value).Type}"
                : "nothing";
            text += $" {header.BaseOffset}={what} epoch {header.ProducerEpoch} sequence {header.BaseSequence};";
        }

        return text;
    }

    private static IEnumerable<long> Aborted(PartitionData row) => row.AbortedTransactions.AsEnumerable().Select(txn => txn.FirstOffset);

    private static FetchRequest Fetch(string topic, bool committed)
    {
        var request = Batches.Fetch(topic, 0, 0);
        request.IsolationLevel = committed ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted;
        return request;
    }
}
