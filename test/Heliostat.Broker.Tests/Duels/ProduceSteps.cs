using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Tests.Duels;

/// <summary>Batches as clients send them, and as none should, by a seed.</summary>
internal sealed class ProduceSteps(Random random, long nowMs)
{
    private readonly Dictionary<long, Producer> _producers = [];
    private readonly List<(string What, byte[] Bytes)> _sent = [];

    /// <summary>The next thing to produce to a partition, in words and in bytes.</summary>
    public (string What, byte[] Bytes) Next()
    {
        var step = random.Next(100) switch
        {
            < 25 => Idempotent(),
            < 35 when _sent.Count > 0 => Again(),
            < 60 => Plain(),
            _ => Broken(),
        };
        _sent.Add(step);
        return step;
    }

    private (string, byte[]) Again()
    {
        var (what, bytes) = _sent[Math.Max(0, _sent.Count - random.Next(1, 12))];
        return ($"again: {what}", bytes);
    }

    private (string, byte[]) Plain()
    {
        var codec = (CompressionCodec)random.Next(5);
        var count = random.Next(1, 6);
        return ($"plain {count} {codec}", Build(codec, count, static _ => { }));
    }

    private (string, byte[]) Idempotent()
    {
        var id = random.Next(4_000_000, 4_000_004);
        if (!_producers.TryGetValue(id, out var producer))
        {
            // Also sequences that soon wrap around.
            _producers.Add(id, producer = new Producer { Sequence = random.Next(3) == 0 ? int.MaxValue - random.Next(10) : 0 });
        }

        var count = random.Next(1, 5);
        var what = "in order";
        var sequence = producer.Sequence;
        var epoch = producer.Epoch;
        switch (random.Next(12))
        {
            case 0:
                what = "gap";
                sequence = Wrap(sequence + (long)random.Next(1, 5));
                break;
            case 1:
                what = "back";
                sequence = Wrap(sequence - (long)random.Next(1, 8) + int.MaxValue + 1L);
                break;
            case 2:
                what = "epoch bump";
                epoch = ++producer.Epoch;
                sequence = producer.Sequence = 0;
                break;
            case 3:
                what = "epoch bump with a sequence";
                epoch++;
                break;
            case 4:
                what = "old epoch";
                epoch--;
                break;
            case 5:
                what = "in order, transactional without a transaction";
                return ($"idempotent {id} {epoch} {sequence}+{count} {what}",
                    Build(CompressionCodec.None, count, b => Set(b, id, epoch, sequence, true)));
        }

        if (what is "in order" or "epoch bump") producer.Sequence = Wrap(sequence + (long)count);
        return ($"idempotent {id} {epoch} {sequence}+{count} {what}",
            Build(CompressionCodec.None, count, b => Set(b, id, epoch, sequence, false)));

        static int Wrap(long value) => (int)(value & int.MaxValue);
    }

    private (string, byte[]) Broken()
    {
        var codec = (CompressionCodec)random.Next(5);
        var count = random.Next(1, 4);
        var bytes = Build(codec, count, static _ => { });
        var rnd = random.Next(1, 1000);
        var kind = random.Next(27);
        var what = "";
        switch (kind)
        {
            case 0:
                bytes[RecordBatchHeader.CrcOffset] ^= 0x40;
                return ($"bad crc {codec}", bytes);
            case 1:
                bytes[^1] ^= 0x40;
                return ($"bad crc at the end {codec}", bytes);
            case 2:
                BinaryPrimitives.WriteInt64BigEndian(bytes, rnd);
                return ("base offset not 0", bytes);
            case 3:
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.LastOffsetDeltaOffset), count - 1 + random.Next(1, 4));
                what = "last offset delta too large";
                break;
            case 4:
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.LastOffsetDeltaOffset), -random.Next(1, 4));
                what = "last offset delta negative";
                break;
            case 5:
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.RecordsCountOffset), random.Next(-3, 1));
                what = "count not positive";
                break;
            case 6:
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.RecordsCountOffset), count + 1);
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.LastOffsetDeltaOffset), count);
                what = $"one record too few {codec}";
                break;
            case 7:
                count++;
                bytes = Build(codec, count, static _ => { });
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.RecordsCountOffset), count - 1);
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.LastOffsetDeltaOffset), count - 2);
                what = $"one record too many {codec}";
                break;
            case 8:
                bytes = Build(codec, count, static b => b.IsControl = true);
                return ($"control batch {codec}", bytes);
            case 9:
                bytes = Build(codec, count, static b => b.IsTransactional = true);
                return ($"transactional without producer {codec}", bytes);
            case 10:
                Attributes(bytes, RecordBatchHeader.TimestampTypeMask);
                what = $"LogAppendTime {codec}";
                break;
            case 11:
                Attributes(bytes, (short)(1 << random.Next(7, 15)));
                what = $"unknown attribute {codec}";
                break;
            case 12:
                Attributes(bytes, RecordBatchHeader.DeleteHorizonMask);
                what = $"delete horizon {codec}";
                break;
            case 13:
                BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(RecordBatchHeader.MaxTimestampOffset), nowMs + rnd);
                what = $"wrong max timestamp {codec}";
                break;
            case 14:
                bytes = Build(codec, count, static b => b.ProducerId = 4_000_099);
                return ("producer without epoch and sequence", bytes);
            case 15:
                bytes = Build(codec, count, b => Set(b, 4_000_098, 0, -random.Next(1, 5), false));
                return ("negative sequence", bytes);
            case 16:
                bytes = Build(codec, count, b => Set(b, 4_000_097, -1, 0, false));
                return ("epoch -1", bytes);
            case 17:
                // Kafka skips through compressed records and may take one that ends elsewhere than it says, which nobody could read:
                // refused here.
                if (codec != CompressionCodec.None) bytes = Build(CompressionCodec.None, count, static _ => { });
                Garble(bytes);
                what = "garbled records";
                break;
            case 18:
                BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(RecordBatchHeader.AttributesOffset), (short)random.Next(5, 8));
                what = "unknown codec";
                break;
            case 19:
                return ($"cut off {codec}", bytes[..random.Next(1, bytes.Length)]);
            case 20:
                return ($"bytes behind {codec}", [.. bytes, .. new byte[random.Next(1, 20)]]);
            case 21:
                return ($"two batches {codec}", [.. bytes, .. bytes]);
            case 22:
                bytes[RecordBatchHeader.MagicOffset] = (byte)random.Next(3, 9);
                return ("unknown magic", bytes);
            case 23:
                var magic = (byte)random.Next(2);
                using (var legacy = new LegacyMessageSetBuilder(magic))
                {
                    legacy.Append(0, nowMs, "k"u8, "v"u8);
                    return ($"magic {magic}", legacy.Build().ToArray());
                }

            case 24:
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.BatchLengthOffset),
                    random.Next(4) == 0 ? random.Next(-5, 60) : random.Next(1000, 100_000));
                return ("wrong length", bytes);
            case 25:
                bytes = Build(codec, 2, static b => b.LastOffsetDelta = 0);
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatchHeader.LastOffsetDeltaOffset), 1);
                what = $"record offsets from 1 on {codec}";
                break;
            default:
                var size = random.Next(9_000, 13_000);
                using (var builder = new RecordBatchBuilder())
                {
                    builder.Append(nowMs, "k"u8, new byte[size]);
                    return ($"large {size}", builder.Build().ToArray());
                }
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(RecordBatchHeader.CrcOffset),
            Crc32C.Compute(bytes.AsSpan(RecordBatchHeader.AttributesOffset)));
        return (what, bytes);
    }

    private void Garble(byte[] bytes)
    {
        for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(RecordBatchHeader.Size, bytes.Length)] = (byte)random.Next(256);
    }

    private static void Attributes(byte[] bytes, short set)
    {
        var attributes = bytes.AsSpan(RecordBatchHeader.AttributesOffset);
        BinaryPrimitives.WriteInt16BigEndian(attributes, (short)(BinaryPrimitives.ReadInt16BigEndian(attributes) | set));
    }

    private static void Set(RecordBatchBuilder builder, long id, short epoch, int sequence, bool transactional)
    {
        builder.ProducerId = id;
        builder.ProducerEpoch = epoch;
        builder.BaseSequence = sequence;
        builder.IsTransactional = transactional;
    }

    private byte[] Build(CompressionCodec codec, int count, Action<RecordBatchBuilder> adjust)
    {
        using var builder = new RecordBatchBuilder(codec);
        adjust(builder);
        for (var i = 0; i < count; i++)
        {
            var timestamp = random.Next(12) switch
            {
                0 => -1,
                1 => nowMs - (30L * 24 * 3600 * 1000),
                2 => nowMs + (7200L * 1000),
                3 => 0,
                _ => nowMs + random.Next(-100_000, 100_000),
            };
            var key = random.Next(4) == 0 ? NullableSpan.Null : (NullableSpan)(ReadOnlySpan<byte>)new byte[] { (byte)random.Next(5) };
            var value = random.Next(6) == 0 ? NullableSpan.Null : (NullableSpan)(ReadOnlySpan<byte>)new byte[random.Next(60)];
            builder.Append(timestamp, key, value);
        }

        return builder.Build().ToArray();
    }

    private sealed class Producer
    {
        public int Sequence;
        public short Epoch;
    }
}
