using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;

namespace Heliostat.Testing.Wire;

/// <summary>Batches for tests to produce, and records read back.</summary>
public static class Batches
{
    public static byte[] Of(params string[] values) => Build(values, static _ => { });

    public static byte[] Build(IEnumerable<string> values, Action<RecordBatchBuilder> adjust,
        CompressionCodec codec = CompressionCodec.None, long timestamp = 1000)
    {
        using var builder = new RecordBatchBuilder(codec);
        adjust(builder);
        foreach (var value in values) builder.Append(timestamp++, NullableSpan.Null, System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Build().ToArray();
    }

    public static byte[] Idempotent(long producerId, short epoch, int sequence, int count, bool transactional = false) => Build(
        Enumerable.Range(sequence, count).Select(n => $"v{n}"),
        builder =>
        {
            builder.ProducerId = producerId;
            builder.ProducerEpoch = epoch;
            builder.BaseSequence = sequence;
            builder.IsTransactional = transactional;
        });

    public static ProduceRequest Produce(string topic, int partition, byte[] records, short acks = -1, string? transactionalId = null)
    {
        var request = new ProduceRequest { Acks = acks, TimeoutMs = 5000, TransactionalId = transactionalId };
        var row = request.TopicData.Next();
        row.Name = topic;
        var data = row.PartitionData.Next();
        data.Index = partition;
        data.Records = records;
        return request;
    }

    public static FetchRequest Fetch(string topic, int partition, long offset, int maxWaitMs = 0, int minBytes = 1)
    {
        var request = new FetchRequest { MaxWaitMs = maxWaitMs, MinBytes = minBytes };
        var row = request.Topics.Next();
        row.Topic = topic;
        var asked = row.Partitions.Next();
        asked.Partition = partition;
        asked.FetchOffset = offset;
        asked.PartitionMaxBytes = 1 << 20;
        return request;
    }

    /// <summary>Offset and value of each record, control batches left out.</summary>
    public static List<(long Offset, string Value)> Read(ReadOnlySpan<byte> records)
    {
        var read = new List<(long Offset, string Value)>();
        using var buffer = new DecompressionBuffer();
        var walker = new BatchWalker(records);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(records);
            if (new RecordBatchHeader(batch).IsControl) continue;

            var reader = new RecordReader(batch, buffer);
            while (reader.MoveNext()) read.Add((reader.Offset, System.Text.Encoding.UTF8.GetString(reader.Value.Span)));
        }

        return read;
    }
}
