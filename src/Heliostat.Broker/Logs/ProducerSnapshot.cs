using System.Buffers.Binary;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>
/// What a partition knew of its producers when its log ended at an offset, kept beside it so that only what came after must be looked
/// through. On disk: a version, the offset, the producers, the aborted transactions, and a CRC-32C of all that.
/// </summary>
internal static class ProducerSnapshot
{
    public const string FileName = "producers.snapshot";

    private const short Version = 1;
    private const long None = -1;

    public static byte[] Encode(ProducerStates producers, long endOffset)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(endOffset);
        writer.Write(producers.All.Count);
        foreach (var producer in producers.All)
        {
            writer.Write(producer.ProducerId);
            writer.Write(producer.ProducerEpoch);
            writer.Write(producer.CoordinatorEpoch);
            writer.Write(producer.LastTimestamp);
            writer.Write(producer.CurrentTxnFirstOffset ?? None);
            writer.Write((byte)producer.Batches.Length);
            foreach (var batch in producer.Batches)
            {
                writer.Write(batch.LastSequence);
                writer.Write(batch.LastOffset);
                writer.Write(batch.OffsetDelta);
                writer.Write(batch.Timestamp);
            }
        }

        writer.Write(producers.Aborted.All.Count);
        foreach (var txn in producers.Aborted.All)
        {
            writer.Write(txn.ProducerId);
            writer.Write(txn.FirstOffset);
            writer.Write(txn.LastOffset);
            writer.Write(txn.LastStableOffset);
        }

        writer.Flush();
        Span<byte> crc = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32C.Compute(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        stream.Write(crc);
        return stream.ToArray();
    }

    /// <summary>
    /// Fills <paramref name="producers"/> and says up to which offset they know the log; null, and nothing filled, when the bytes are not
    /// whole.
    /// </summary>
    public static long? Decode(byte[] bytes, ProducerStates producers)
    {
        producers.Clear();
        if (bytes.Length < sizeof(uint) + sizeof(short)) return null;

        var body = bytes.AsSpan()[..^sizeof(uint)];
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan()[^sizeof(uint)..]) != Crc32C.Compute(body)) return null;

        using var reader = new BinaryReader(new MemoryStream(bytes, 0, body.Length, writable: false));
        if (reader.ReadInt16() != Version) return null;

        var endOffset = reader.ReadInt64();
        for (var left = reader.ReadInt32(); left > 0; left--) producers.Restore(ReadProducer(reader));
        for (var left = reader.ReadInt32(); left > 0; left--)
            producers.Aborted.Add(new AbortedTxn(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64()));
        return endOffset;
    }

    private static ProducerState ReadProducer(BinaryReader reader)
    {
        var producer = new ProducerState(reader.ReadInt64());
        var epoch = reader.ReadInt16();
        var coordinatorEpoch = reader.ReadInt32();
        var lastTimestamp = reader.ReadInt64();
        var txn = reader.ReadInt64();
        var batches = new ProducedBatch[reader.ReadByte()];
        for (var i = 0; i < batches.Length; i++)
            batches[i] = new ProducedBatch(reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt64());
        producer.Restore(epoch, coordinatorEpoch, lastTimestamp, txn == None ? null : txn, batches);
        return producer;
    }
}
