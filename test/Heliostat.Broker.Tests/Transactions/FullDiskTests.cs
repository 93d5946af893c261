using System.Text;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Groups;
using Heliostat.Broker.Logs;
using Heliostat.Broker.Storage;
using Heliostat.Broker.Topics;
using Heliostat.Broker.Transactions;
using Heliostat.Protocol.Records;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Transactions;

/// <summary>A disk that does not take what it is given, and takes it later.</summary>
public sealed class FullDiskTests
{
    private readonly FullStore _store = new();
    private readonly PartitionLog _log;
    private readonly Partition _partition;
    private readonly TransactionCoordinator _coordinator;

    public FullDiskTests()
    {
        var journal = StateJournal.InMemory();
        _coordinator = new TransactionCoordinator(new GroupCoordinator(new BrokerSettings(new Dictionary<string, string>(), journal),
            journal, new Random(1)), journal);
        _log = new PartitionLog("t-0", _store, LogOptions.Default, new ManualTimeProvider());
        _log.BeginEpoch(0);
        _partition = new Partition(new Topic("t", Guid.NewGuid()), 0, _log, new Leadership(0, 0, [0], [0]));
    }

    [Fact]
    public void A_batch_that_the_disk_does_not_take_is_refused_and_may_be_sent_again()
    {
        var batch = Batches.Idempotent(7, 0, 0, 2);
        _store.IsFull = true;
        var refused = _log.Append(batch, 0, null);
        _store.IsFull = false;

        var taken = _log.Append(Batches.Idempotent(7, 0, 0, 2), 0, null);

        Assert.Equal(ErrorCode.KafkaStorageError, refused.Error);
        Assert.Equal((ErrorCode.None, 0L), (taken.Error, taken.BaseOffset));
        Assert.Equal(2, _log.LogEndOffset);
    }

    [Fact]
    public void A_batch_that_was_stored_and_not_flushed_is_refused_and_known_when_it_is_sent_again()
    {
        _log.Options = LogOptions.Default with { FlushMessages = 1 };
        _store.IsFlushing = false;
        var refused = _log.Append(Batches.Idempotent(7, 0, 0, 2), 0, null);
        var again = _log.Append(Batches.Idempotent(7, 0, 0, 2), 0, null);
        _store.IsFlushing = true;
        var known = _log.Append(Batches.Idempotent(7, 0, 0, 2), 0, null);

        Assert.Equal([ErrorCode.KafkaStorageError, ErrorCode.KafkaStorageError, ErrorCode.None], [refused.Error, again.Error, known.Error]);
        Assert.Equal((0, 2), (known.BaseOffset, _log.LogEndOffset));
    }

    [Fact]
    public void Records_that_could_not_be_flushed_when_they_were_due_stay_due()
    {
        _log.Options = LogOptions.Default with { FlushMs = 0 };
        _log.Append(Batches.Of("a"), 0, null);
        _store.IsFlushing = false;

        Assert.Throws<IOException>(_log.FlushIfDue);
        Assert.Throws<IOException>(_log.FlushIfDue);
    }

    [Fact]
    public void A_transaction_whose_marker_the_disk_does_not_take_is_ended_once_it_does()
    {
        var transaction = _coordinator.FindOrAdd("tx");
        var producer = transaction.Init(60_000, -1, -1);
        transaction.Add(producer.ProducerId, producer.ProducerEpoch, [_partition], [], 0);
        var batch = Batches.Idempotent(producer.ProducerId, producer.ProducerEpoch, 0, 2, transactional: true);
        _log.BeginVerification(new RecordBatchHeader(batch), addsPartitions: false, out var verified);
        _log.Append(batch, 0, verified);

        _store.IsFull = true;
        var ended = transaction.EndByClient(producer.ProducerId, producer.ProducerEpoch, commit: true, bump: false);
        var meanwhile = transaction.Add(producer.ProducerId, producer.ProducerEpoch, [_partition], [], 0);
        var stableBefore = _log.LastStableOffset;
        _store.IsFull = false;
        _coordinator.Tick(nowMs: 1);

        Assert.Equal((ErrorCode.None, ErrorCode.ConcurrentTransactions, 0L), (ended.ErrorCode, meanwhile, stableBefore));
        Assert.Equal(3, _log.LastStableOffset);
        Assert.Equal(ErrorCode.None, transaction.Add(producer.ProducerId, producer.ProducerEpoch, [_partition], [], 0));
    }

    [Fact]
    public void A_full_disk_is_freed_although_it_does_not_take_the_new_log_start()
    {
        _log.Options = LogOptions.Default with { SegmentBytes = 200, RetentionBytes = 0 };
        for (var n = 0; n < 5; n++) _log.Append(Batches.Of("a", "b"), 0, null);
        var before = _log.Size;

        _store.IsFull = true;
        Assert.Throws<IOException>(() => _log.ApplyRetention(long.MaxValue));
        var whileFull = _log.Size;
        var refused = _log.DeleteRecordsBefore(9, out _);
        _store.IsFull = false;
        var taken = _log.DeleteRecordsBefore(9, out var logStart);

        Assert.Equal((ErrorCode.KafkaStorageError, ErrorCode.None), (refused, taken));
        Assert.InRange(whileFull, 1, before / 2);
        Assert.Equal(9, logStart);
        Assert.Equal("9", Encoding.ASCII.GetString(_store.Load("log-start-offset")!));
    }

    private sealed class FullStore : ILogStore
    {
        private readonly MemoryStore _store = new();
        private readonly Dictionary<string, byte[]> _saved = [];

        public bool IsFull { get; set; }

        public bool IsFlushing { get; set; } = true;

        public bool IsDurable => true;

        public bool WasClosedCleanly => true;

        public IReadOnlyList<StoredSegment> Open() => [];

        public ISegmentBytes Create(long baseOffset) => new FullBytes(this);

        public ISegmentBytes CreateCleaned(long baseOffset) => _store.CreateCleaned(baseOffset);

        public void Replace(ISegmentBytes cleaned, IReadOnlyList<ISegmentBytes> old) => _store.Replace(cleaned, old);

        public void Save(string name, ReadOnlySpan<byte> bytes)
        {
            if (IsFull) throw new IOException("no space left on device");
            _saved[name] = bytes.ToArray();
        }

        public byte[]? Load(string name) => _saved.GetValueOrDefault(name);

        public void Remove(string name) => _saved.Remove(name);

        public void Delete()
        {
        }
    }

    private sealed class FullBytes(FullStore store) : ISegmentBytes
    {
        private readonly MemoryBytes _bytes = new();

        public long Length => _bytes.Length;

        public bool IsFlushed => store.IsFlushing;

        public void Append(ReadOnlySpan<byte> batch)
        {
            if (store.IsFull) throw new IOException("no space left on device");
            _bytes.Append(batch);
        }

        public int Copy(long position, Span<byte> into) => _bytes.Copy(position, into);

        public LogSlice Slice(long position, int maxBytes) => _bytes.Slice(position, maxBytes);

        public void Truncate(long length) => _bytes.Truncate(length);

        public void Flush()
        {
            if (!store.IsFlushing) throw new IOException("input/output error");
        }

        public void Close() => _bytes.Close();

        public void Delete() => _bytes.Delete();

        public void Dispose() => _bytes.Dispose();
    }
}
