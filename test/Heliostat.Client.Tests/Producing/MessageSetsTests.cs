using Heliostat.Client.Producing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>What leaders before Kafka 0.11 are sent.</summary>
public sealed class MessageSetsTests : IDisposable
{
    private readonly FramePool _frames = FramePool.Tracked(1 << 24);
    private readonly MessageSets _sets;

    public MessageSetsTests() => _sets = new MessageSets(_frames);

    public void Dispose()
    {
        _sets.Dispose();
        _frames.ThrowIfRented();
    }

    [Theory]
    [InlineData(CompressionCodec.None, CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip, CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy, CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4, CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd, CompressionCodec.Lz4)]
    public void A_batch_becomes_messages_of_format_1_with_the_same_records(CompressionCodec codec, CompressionCodec becomes)
    {
        for (var round = 0; round < 2; round++)
        {
            using var set = _sets.Make(Batch(codec, records: 40 + round), out _);

            var (records, codecs) = Read(set!.Memory.Span);
            Assert.Equal(Enumerable.Range(0, 40 + round).Select(Text), records);
            Assert.Equal([becomes], codecs);
        }
    }

    [Fact]
    public void A_record_with_headers_is_refused_as_format_1_has_none()
    {
        Assert.Null(_sets.Make(Batch(CompressionCodec.None, records: 3, headers: true), out var refusal));

        Assert.Equal(ErrorCode.UnsupportedForMessageFormat, refusal.Code);
    }

    [Fact]
    public void A_damaged_batch_gets_no_right_checksum()
    {
        var batch = Batch(CompressionCodec.None, records: 3);
        batch[^3] ^= 1;

        Assert.Null(_sets.Make(batch, out var refusal));

        Assert.Equal(ErrorCode.CorruptMessage, refusal.Code);
    }

    /// <summary>V of <see cref="ProduceQueue"/>: nothing but the order of requests keeps that of batches.</summary>
    [Fact]
    public void Without_producer_ids_one_batch_is_in_flight_however_much_the_connection_is_trusted()
    {
        var connection = new object();
        var queue = new ProduceQueue(new ProducerOptions(), new BackOff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)), TimeProvider.System);
        queue.Assign(ProducerIdentity.Unnumbered);
        for (var batch = 0; batch < 3; batch++)
        {
            Assert.True(queue.TryEnqueue(TestBatches.Make(_frames.RentNow(TestBatches.Size), 0, batch * 10, 10)));
        }

        for (var batch = 0; batch < 3; batch++)
        {
            Assert.True(queue.CanSend(connection, 5));
            queue.Send(connection);
            Assert.False(queue.CanSend(connection, 5));
            queue.Answered(ErrorCode.None, batch * 10, null);
            Assert.True(queue.TryTakeAcknowledged(out var taken, out _, out _));
            taken.FrameOwned.Dispose();
        }
    }

    private static byte[] Batch(CompressionCodec codec, int records, bool headers = false)
    {
        using var builder = new RecordBatchBuilder(codec);
        using var built = new RecordHeadersBuilder();
        if (headers) built.Add("name", "value"u8);
        for (var n = 0; n < records; n++)
        {
            builder.Append(Time(n), n % 5 == 0 ? NullableSpan.Null : (ReadOnlySpan<byte>)Key(n),
                n % 7 == 0 ? NullableSpan.Null : (ReadOnlySpan<byte>)Value(n), built.Headers);
        }

        return builder.Build().ToArray();
    }

    private static long Time(int n) => 1_700_000_000_000 + (n % 3 * 1000);

    private static byte[] Key(int n) => [(byte)n];

    private static byte[] Value(int n) => [.. Enumerable.Repeat((byte)n, n * 20)];

    private static string Text(int n) =>
        $"{n} {Time(n)} {(n % 5 == 0 ? "null" : Convert.ToHexString(Key(n)))} {(n % 7 == 0 ? "null" : Convert.ToHexString(Value(n)))}";

    private static (List<string> Records, IEnumerable<CompressionCodec> Codecs) Read(ReadOnlySpan<byte> set)
    {
        List<string> records = [];
        HashSet<CompressionCodec> codecs = [];
        using var buffer = new DecompressionBuffer();
        var walker = new BatchWalker(set);
        while (walker.MoveNext())
        {
            var message = walker.Current.Of(set);
            Assert.Equal(1, walker.Current.Magic);
            Assert.True(RecordBatch.IsCrcValid(message));
            codecs.Add(RecordBatch.Codec(message));
            var reader = new RecordReader(message, buffer);
            while (reader.MoveNext()) records.Add($"{reader.Offset} {reader.Timestamp} {Hex(reader.Key)} {Hex(reader.Value)}");
        }

        return (records, codecs);
    }

    private static string Hex(NullableSpan bytes) => bytes.IsNull ? "null" : Convert.ToHexString(bytes.Span);
}
