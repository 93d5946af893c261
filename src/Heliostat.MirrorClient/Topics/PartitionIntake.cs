using Heliostat.Client.Fetching;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Transport.Waiting;

namespace Heliostat.MirrorClient.Topics;

/// <summary>
/// Opens what is fetched of one partition. It holds one answer's records at a time: the cursor pauses until the reader has taken them.
/// </summary>
internal sealed class PartitionIntake(TopicPartition partition, AsyncSignal arrived, bool readCommitted) : IFetchSink, IDisposable
{
    private readonly DecompressionBuffer _buffer = new();
    private readonly AbortedRanges _aborted = new();
    private FetchedRecords? _records;
    private FailedFetch? _failure;

    public TopicPartition Partition => partition;

    /// <summary>What came since the last call, or null. Whoever takes it resumes the cursor.</summary>
    public FetchedRecords? TakeRecords() => Interlocked.Exchange(ref _records, null);

    /// <summary>Why the cursor stopped, or null.</summary>
    public FailedFetch? TakeFailure() => Interlocked.Exchange(ref _failure, null);

    public void Fetched(FetchCursor cursor, in FetchedPartition fetched)
    {
        _aborted.Load(fetched.AbortedTransactions);
        var read = new FetchedRecords(cursor.Position);
        try
        {
            Read(fetched, read);
        }
        catch (MalformedFrameException malformed)
        {
            read.Damage = malformed;
        }

        if (read.Next > cursor.Position || read.Damage is not null)
        {
            cursor.Advance(read.Next, read.LeaderEpoch);
            cursor.Pause();
            Volatile.Write(ref _records, read);
            arrived.Set();
        }
    }

    public void Failed(FetchCursor cursor, in FetchFailure failure)
    {
        Volatile.Write(ref _failure, new FailedFetch(failure));
        arrived.Set();
    }

    public void Dispose() => _buffer.Dispose();

    private void Read(in FetchedPartition fetched, FetchedRecords into)
    {
        var walker = new BatchWalker(fetched.Records.Span);
        while (walker.MoveNext())
        {
            Read(walker.Current.Of(fetched.Records.Span), walker.Current.Magic, into);
        }

        if (walker.Malformed is { } damage)
        {
            MalformedFrameException.Throw($"{partition}: {damage}");
        }
    }

    private void Read(Span<byte> batch, byte magic, FetchedRecords into)
    {
        var next = RecordBatch.LastOffset(batch) + 1;
        if (next <= into.Next)
        {
            return;
        }

        if (!RecordBatch.IsCrcValid(batch))
        {
            MalformedFrameException.Throw($"{partition}: the batch at offset {into.Next} does not match its checksum");
        }

        var header = magic == 2 ? new RecordBatchHeader(batch) : default;
        if (magic == 2 && header.IsControl)
        {
            EndAborted(batch, header);
        }
        else if (magic < 2 || !readCommitted || !_aborted.Contains(header))
        {
            var reader = new RecordReader(batch, _buffer);
            while (reader.MoveNext())
            {
                if (reader.Offset >= into.Next)
                {
                    into.Records.Add(new CompactedRecord(partition.Partition, reader.Offset, reader.Timestamp, reader.Key.ToArray(),
                        reader.Value.ToArray()));
                }
            }
        }

        into.Next = next;
        into.LeaderEpoch = magic == 2 ? header.PartitionLeaderEpoch : -1;
    }

    private void EndAborted(ReadOnlySpan<byte> batch, in RecordBatchHeader header)
    {
        var reader = new RecordReader(batch, _buffer);
        if (header.IsTransactional && reader.MoveNext() && ControlRecord.Read(reader.Key, reader.Value).Type == ControlRecordType.Abort)
        {
            _aborted.EndAt(header.ProducerId, header.BaseOffset);
        }
    }

    /// <summary>Records in order, and the offset to go on at.</summary>
    internal sealed class FetchedRecords(long next)
    {
        public List<CompactedRecord> Records { get; } = [];

        public long Next { get; set; } = next;

        public int LeaderEpoch { get; set; } = -1;

        public MalformedFrameException? Damage { get; set; }
    }

    internal sealed record FailedFetch(FetchFailure Failure);
}
