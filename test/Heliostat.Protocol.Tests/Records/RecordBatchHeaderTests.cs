using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Records;

public class RecordBatchHeaderTests
{
    private const int Seed = 61;

    [Fact]
    public void Fields_are_where_Kafka_puts_them()
    {
        var batch = Batch(new Random(Seed), payloadBytes: 10);
        BinaryPrimitives.WriteInt64BigEndian(batch, 1000);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(21), 0x04 | 0x08 | 0x10 | 0x20 | 0x40);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), 9);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), 10);

        var header = new RecordBatchHeader(batch);

        Assert.Equal(71, header.SizeInBytes);
        Assert.Equal(59, header.BatchLength);
        Assert.Equal(1000, header.BaseOffset);
        Assert.Equal(1009, header.LastOffset);
        Assert.Equal(1010, header.NextOffset);
        Assert.Equal(2, header.Magic);
        Assert.Equal(BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(12)), header.PartitionLeaderEpoch);
        Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(batch.AsSpan(17)), header.Crc);
        Assert.Equal(BinaryPrimitives.ReadInt64BigEndian(batch.AsSpan(27)), header.BaseTimestamp);
        Assert.Equal(BinaryPrimitives.ReadInt64BigEndian(batch.AsSpan(35)), header.MaxTimestamp);
        Assert.Equal(BinaryPrimitives.ReadInt64BigEndian(batch.AsSpan(43)), header.ProducerId);
        Assert.Equal(BinaryPrimitives.ReadInt16BigEndian(batch.AsSpan(51)), header.ProducerEpoch);
        Assert.Equal(BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(53)), header.BaseSequence);
        Assert.Equal(CompressionCodec.Zstd, header.Codec);
        Assert.Equal(TimestampType.LogAppendTime, header.TimestampType);
        Assert.True(header.IsTransactional);
        Assert.True(header.IsControl);
        Assert.True(header.HasDeleteHorizon);
        Assert.True(header.IsDense);
    }

    [Fact]
    public void Rewrite_sets_what_a_producer_sends_and_keeps_the_rest()
    {
        var batch = Batch(new Random(Seed), payloadBytes: 100);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(21), 0x03 | 0x08 | 0x40);
        var before = batch.ToArray();

        RecordBatchHeader.Rewrite(batch, transactional: true, producerId: 4711, producerEpoch: 12, baseSequence: 99);

        var header = new RecordBatchHeader(batch);
        Assert.Equal(0, header.BaseOffset);
        Assert.Equal(-1, header.PartitionLeaderEpoch);
        Assert.Equal(0x03 | 0x10, header.Attributes);
        Assert.Equal(4711, header.ProducerId);
        Assert.Equal(12, header.ProducerEpoch);
        Assert.Equal(99, header.BaseSequence);
        Assert.Equal(before[8..12], batch[8..12]);
        Assert.Equal(2, batch[16]);
        Assert.Equal(before[23..43], batch[23..43]);
        Assert.Equal(before[57..], batch[57..]);
    }

    [Fact]
    public void Derived_checksum_equals_the_computed_one_for_every_size()
    {
        var random = new Random(Seed);
        for (var run = 0; run < 312; run++)
        {
            var batch = Batch(random, payloadBytes: run < 300 ? run : random.Next(5_000_000));
            for (var again = 0; again < 3; again++)
            {
                RecordBatchHeader.Rewrite(
                    batch, random.Next(2) == 0, random.NextInt64(-1, long.MaxValue), (short)random.Next(-1, short.MaxValue),
                    random.Next(-1, int.MaxValue));
                Assert.True(RecordBatch.IsCrcValid(batch), $"run {run}, seed {Seed}");
            }

            RecordBatchHeader.StampLogAppendTime(batch, random.NextInt64());
            Assert.True(RecordBatch.IsCrcValid(batch), $"run {run}, seed {Seed}");
        }
    }

    [Fact]
    public void Rewrite_can_be_repeated_and_undone()
    {
        var batch = Batch(new Random(Seed), payloadBytes: 1000);
        RecordBatchHeader.Rewrite(batch, transactional: false, -1, -1, -1);
        var plain = batch.ToArray();

        RecordBatchHeader.Rewrite(batch, transactional: true, 5, 0, 0);
        RecordBatchHeader.Rewrite(batch, transactional: true, 5, 1, 0);
        RecordBatchHeader.Rewrite(batch, transactional: false, -1, -1, -1);

        Assert.Equal(plain, batch);
    }

    [Fact]
    public void The_payload_is_not_read()
    {
        var batch = Batch(new Random(Seed), payloadBytes: 1000);
        var headerAlone = batch[..RecordBatchHeader.Size];
        var poisoned = batch.ToArray();
        poisoned.AsSpan(RecordBatchHeader.Size).Fill(0xDB);

        RecordBatchHeader.Rewrite(batch, transactional: true, 77, 7, 7777);
        RecordBatchHeader.Rewrite(headerAlone, transactional: true, 77, 7, 7777);
        RecordBatchHeader.Rewrite(poisoned, transactional: true, 77, 7, 7777);

        Assert.Equal(batch[..RecordBatchHeader.Size], headerAlone);
        Assert.Equal(headerAlone, poisoned[..RecordBatchHeader.Size]);
        Assert.True(RecordBatch.IsCrcValid(batch));
        Assert.False(RecordBatch.IsCrcValid(poisoned));
    }

    [Fact]
    public void What_is_not_a_magic_2_header_is_the_caller_s_mistake()
    {
        Assert.Throws<ArgumentException>(() => new RecordBatchHeader(new byte[60]));
        Assert.Throws<ArgumentException>(() => new RecordBatchHeader(new byte[61]));
    }

    private static byte[] Batch(Random random, int payloadBytes)
    {
        var batch = new byte[RecordBatchHeader.Size + payloadBytes];
        random.NextBytes(batch);
        batch[16] = 2;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), Crc32C.Compute(batch.AsSpan(21)));
        return batch;
    }
}
