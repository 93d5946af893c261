using System.Buffers.Binary;
using Heliostat.Protocol.Records;

namespace Heliostat.Protocol.Tests.Records;

public class BatchWalkerTests
{
    [Fact]
    public void Batches_of_all_formats_are_found()
    {
        byte[] records = [.. Batch(2, 61), .. Batch(0, 26), .. Batch(1, 34), .. Batch(2, 500)];

        var (found, position, malformed) = Walk(records);

        Assert.Equal([new(0, 61, 2), new(61, 26, 0), new(87, 34, 1), new(121, 500, 2)], found);
        Assert.Equal(records.Length, position);
        Assert.Null(malformed);
    }

    [Fact]
    public void A_tail_cut_off_at_any_byte_is_left_alone()
    {
        byte[] records = [.. Batch(2, 80), .. Batch(2, 90)];

        for (var length = 0; length < records.Length; length++)
        {
            var (found, position, malformed) = Walk(records[..length]);

            Assert.Equal(length < 80 ? 0 : 1, found.Count);
            Assert.Equal(length < 80 ? 0 : 80, position);
            Assert.Null(malformed);
        }
    }

    [Theory]
    [InlineData(-1, 2, "length is too small: -1")]
    [InlineData(int.MinValue, 2, "length is too small: -2147483648")]
    [InlineData(13, 0, "length is too small: 13")]
    [InlineData(21, 1, "length is too small for its magic: 21")]
    [InlineData(48, 2, "length is too small for its magic: 48")]
    [InlineData(100, 3, "magic is unknown: 3")]
    [InlineData(100, 255, "magic is unknown: 255")]
    public void What_precedes_damage_is_found_and_the_damage_is_named(int length, byte magic, string why)
    {
        byte[] records = [.. Batch(2, 70), .. Batch(2, 112)];
        BinaryPrimitives.WriteInt64BigEndian(records.AsSpan(70), 12345);
        BinaryPrimitives.WriteInt32BigEndian(records.AsSpan(78), length);
        records[86] = magic;

        var (found, position, malformed) = Walk(records);

        Assert.Equal([new(0, 70, 2)], found);
        Assert.Equal(70, position);
        Assert.Equal($"the batch at offset 12345 (byte 70 of 182 records bytes) is malformed: {why}", malformed);
    }

    [Fact]
    public void A_length_beyond_the_end_is_a_cut_off_tail_without_overflow()
    {
        var records = Batch(2, 70);
        BinaryPrimitives.WriteInt32BigEndian(records.AsSpan(8), int.MaxValue);

        var (found, _, malformed) = Walk(records);

        Assert.Empty(found);
        Assert.Null(malformed);
    }

    private static (List<BatchSlice> Found, int Position, string? Malformed) Walk(byte[] records)
    {
        var found = new List<BatchSlice>();
        var walker = new BatchWalker(records);
        while (walker.MoveNext()) found.Add(walker.Current);
        Assert.False(walker.MoveNext());
        return (found, walker.Position, walker.Malformed);
    }

    private static byte[] Batch(byte magic, int size)
    {
        var batch = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), size - 12);
        batch[16] = magic;
        return batch;
    }
}
