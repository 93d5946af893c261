using System.Buffers;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Client.Transactions;

/// <summary>
/// Makes batches of records that stand for nothing. Few are named by a key, which compacted topics want, and a header, for
/// <c>read_uncommitted</c> consumers; many are empty: ahead of a log's start, where they are deleted.
/// </summary>
internal sealed class FillerBatches : IDisposable
{
    /// <summary>The key and the header's name of fillers that have them.</summary>
    public const string Name = "heliostat.filler";

    /// <summary>So many and more are left without names, if the topic takes them.</summary>
    private const long Many = 1_000_000;

    private const int MostNamed = 20_000;
    private const int MostEmpty = 500_000;

    private static readonly byte[] Key = "heliostat.filler"u8.ToArray();

    /// <summary>A batch that is made anew after this long, in milliseconds: brokers and retention go by its time.</summary>
    private const long Stale = 60_000;

    private readonly RecordBatchBuilder _zstd = new(CompressionCodec.Zstd);
    private readonly RecordBatchBuilder _gzip = new(CompressionCodec.Gzip);
    private readonly RecordBatchBuilder _plain = new();
    private readonly RecordHeadersBuilder _headers = new();
    private byte[] _batch = [];
    private (int Count, bool IsNamed, bool IsZstd) _made;
    private long _madeAt;
    private bool _wantsNames;
    private int _shrink;

    /// <summary>A batch of up to <paramref name="most"/> records, for a producer; valid until the next is asked for.</summary>
    /// <param name="most">The most records.</param>
    /// <param name="maxBytes">The largest batch that the topic takes.</param>
    /// <param name="isZstd">The broker knows zstd (from Kafka 2.1 on).</param>
    /// <param name="timestamp">Now, in milliseconds.</param>
    public (Memory<byte> Batch, int Count) Get(long most, int maxBytes, bool isZstd, long timestamp)
    {
        var isNamed = _wantsNames || most < Many;
        while (true)
        {
            var count = Math.Max(1, (int)Math.Min(most, isNamed ? MostNamed : MostEmpty) >> _shrink);
            if (_made != (count, isNamed, isZstd) || timestamp - _madeAt > Stale)
            {
                Make(count, isNamed, isZstd, timestamp);
            }

            if (_batch.Length <= maxBytes || count == 1)
            {
                return (_batch, count);
            }

            _shrink++;
        }
    }

    /// <summary>The topic refused the last batch: it may be compacted, and want keys, or take smaller ones only.</summary>
    public void Refused(ErrorCode code)
    {
        _wantsNames |= code is ErrorCode.InvalidRecord or ErrorCode.CorruptMessage;
        _shrink += code is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge && _shrink < 16 ? 1 : 0;
    }

    public void Dispose()
    {
        _zstd.Dispose();
        _gzip.Dispose();
        _plain.Dispose();
        _headers.Dispose();
    }

    private void Make(int count, bool isNamed, bool isZstd, long timestamp)
    {
        var builder = count == 1 ? _plain : isZstd ? _zstd : _gzip;
        builder.Reset();
        if (!isNamed && isZstd && count >= EmptyRecords.Fewest)
        {
            var records = new ArrayBufferWriter<byte>();
            EmptyRecords.Write(records, count);
            _batch = builder.BuildOf(records.WrittenSpan, count, timestamp).ToArray();
        }
        else
        {
            Append(builder, count, isNamed, timestamp);
            _batch = builder.Build().ToArray();
        }

        (_made, _madeAt) = ((count, isNamed, isZstd), timestamp);
    }

    private void Append(RecordBatchBuilder builder, int count, bool isNamed, long timestamp)
    {
        _headers.Reset();
        _headers.Add(Name, NullableSpan.Null);
        for (var i = 0; i < count; i++)
        {
            builder.Append(timestamp, isNamed ? Key : NullableSpan.Null, NullableSpan.Null, isNamed ? _headers.Headers : default);
        }
    }
}
