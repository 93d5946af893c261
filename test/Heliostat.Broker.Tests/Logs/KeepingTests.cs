using System.Text;
using Heliostat.Broker.Logs;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Tests.Logs;

/// <summary>Rolling, retention and compaction, in memory and on disk alike.</summary>
public sealed class KeepingTests : IDisposable
{
    private const long Minute = 60_000;

    private readonly LogFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Segments_roll_by_size_and_by_the_time_of_their_records(bool onDisk)
    {
        var bySize = Open(onDisk, LogOptions.Default with { SegmentBytes = 500, RetentionBytes = 1000, RetentionMs = -1 });
        for (var n = 0; n < 40; n++) Append(bySize, n * Minute, "k", "value");

        bySize.ApplyRetention(long.MaxValue);

        Assert.InRange(bySize.Size, 1000, 1500);
        Assert.True(bySize.LogStartOffset > 0);
        Assert.Equal(40, bySize.LogEndOffset);
        bySize.Abandon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Retention_by_time_counts_from_the_newest_record_of_a_segment(bool onDisk)
    {
        var log = Open(onDisk, LogOptions.Default with { SegmentMs = Minute, RetentionMs = 60 * Minute });
        foreach (var minutes in (int[])[-300, -200, -59, 0]) Append(log, NowMs + (minutes * Minute), "k", $"{minutes}");

        log.ApplyRetention(long.MaxValue);

        Assert.Equal(2, log.LogStartOffset);
        Assert.Equal([(2, "-59"), (3, "0")], Batches.Read(LogFixture.ReadAll(log)));
        log.Abandon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_log_whose_records_are_all_old_is_emptied_and_goes_on_at_its_offset(bool onDisk)
    {
        var log = Open(onDisk, LogOptions.Default with { RetentionMs = Minute });
        for (var n = 0; n < 5; n++) Append(log, NowMs - (10 * Minute), "k", "v");

        log.ApplyRetention(long.MaxValue);

        Assert.Equal((5, 5), (log.LogStartOffset, log.LogEndOffset));
        Assert.Equal(5, Append(log, NowMs, "k", "v").BaseOffset);
        log.Abandon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Compaction_keeps_the_last_record_of_each_key_at_its_offset(bool onDisk)
    {
        var log = Open(onDisk, Compacted);
        foreach (var (key, value) in ((string, string)[])[("a", "1"), ("b", "1"), ("a", "2"), ("c", "1"), ("b", "2")])
            Append(log, log.LogEndOffset * 2 * Minute, key, value);

        Assert.True(log.Compact());

        // The last one is in the segment that is appended to, which stays as it is.
        Assert.Equal([(1, "1"), (2, "2"), (3, "1"), (4, "2")], Batches.Read(LogFixture.ReadAll(log)));
        log.Abandon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tombstone_stays_until_its_time_is_over(bool onDisk)
    {
        var log = Open(onDisk, Compacted with { DeleteRetentionMs = 10 * Minute });
        Append(log, 0, "a", "1");
        Append(log, 2 * Minute, "a", null);
        Append(log, 4 * Minute, "b", "1");

        log.Compact();
        var first = Batches.Read(LogFixture.ReadAll(log));
        _fixture.Time.Advance(TimeSpan.FromMinutes(11));
        Append(log, 6 * Minute, "c", "1");
        Append(log, 8 * Minute, "c", "2");
        log.Compact();
        var second = Batches.Read(LogFixture.ReadAll(log));

        Assert.Equal([1L, 2L], first.Select(record => record.Offset));
        Assert.Equal([2L, 3L, 4L], second.Select(record => record.Offset));
        log.Abandon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Aborted_records_go_at_once_and_open_transactions_are_left_alone(bool onDisk)
    {
        var log = Open(onDisk, Compacted);
        Append(log, 0, "a", "before");
        AppendTransactional(log, 7, 2 * Minute, "a", "aborted");
        log.AppendMarker(7, 0, commit: false, coordinatorEpoch: 0);
        AppendTransactional(log, 8, 4 * Minute, "a", "committed");
        log.AppendMarker(8, 0, commit: true, coordinatorEpoch: 0);
        AppendTransactional(log, 9, NowMs + (6 * Minute), "a", "open");
        Append(log, NowMs + (8 * Minute), "b", "1");
        Append(log, NowMs + (10 * Minute), "b", "2");

        log.Compact();
        var values = Batches.Read(LogFixture.ReadAll(log)).Select(record => record.Value);
        var read = log.Read(0, 1 << 20, atLeastOne: true, committed: true, new());

        Assert.Equal(["committed", "open", "1", "2"], values);
        Assert.Equal(log.LastStableOffset, read.LastStableOffset);
        log.Abandon();
    }

    [Fact]
    public void A_segment_without_anything_is_not_followed_by_another_of_its_name()
    {
        var log = Open(onDisk: true, LogOptions.Default with { SegmentBytes = 10 });
        log.AppendMarker(7, 0, commit: true, coordinatorEpoch: 0);
        log.Options = log.Options with { SegmentBytes = 1000 };
        Append(log, NowMs, "k", "v");

        log.DeleteRecordsBefore(1, out _);
        log.Abandon();
        var reopened = Open(onDisk: true, LogOptions.Default);

        Assert.Equal([(1, "v")], Batches.Read(LogFixture.ReadAll(reopened, 1)));
        reopened.Abandon();
    }

    [Fact]
    public void What_was_compacted_is_the_same_after_a_restart()
    {
        var random = new Random(3);
        var log = Open(onDisk: true, Compacted);
        for (var n = 0; n < 60; n++) Append(log, n * 2 * Minute, $"k{random.Next(5)}", random.Next(6) == 0 ? null : $"{n}");
        log.Compact();
        log.SealRolled();
        var before = LogFixture.ReadAll(log);
        log.Abandon();

        var reopened = Open(onDisk: true, Compacted);

        Assert.Null(reopened.Damage);
        Assert.Equal(before, LogFixture.ReadAll(reopened));
        Assert.False(reopened.Compact());
        reopened.Abandon();
    }

    [Fact]
    public void Fetches_and_appends_go_on_while_segments_are_swapped()
    {
        var log = Open(onDisk: true, Compacted with { SegmentBytes = 2000 });
        for (var n = 0; n < 400; n++) Append(log, n, $"k{n % 7}", new string('x', n % 50));
        var read = log.Read(0, 4000, atLeastOne: true, committed: false, new());

        log.Compact();

        // The file that was to be read is gone: nothing is answered rather than something else.
        var bytes = new byte[read.Records.Length];
        var count = read.Records.ReadInto(bytes);
        var walker = new BatchWalker(bytes.AsSpan(0, count));
        while (walker.MoveNext()) Assert.True(RecordBatch.IsCrcValid(walker.Current.Of(bytes.AsSpan())));
        Assert.Equal(400, Append(log, 400, "k", "v").BaseOffset);
        log.Abandon();
    }

    private static LogOptions Compacted =>
        LogOptions.Default with { Compact = true, Delete = false, SegmentMs = Minute, MinCleanableDirtyRatio = 0 };

    private long NowMs => _fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private PartitionLog Open(bool onDisk, LogOptions options)
    {
        options = options with { TimestampAfterMaxMs = long.MaxValue };
        if (onDisk)
        {
            _fixture.Options = options;
            return _fixture.Open();
        }

        var log = new PartitionLog("t-0", new MemoryStore(), options, _fixture.Time);
        log.BeginEpoch(LogFixture.Epoch);
        return log;
    }

    private static AppendResult Append(PartitionLog log, long timestamp, string key, string? value)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(timestamp, Encoding.UTF8.GetBytes(key), value is null ? NullableSpan.Null : Encoding.UTF8.GetBytes(value));
        var result = LogFixture.Append(log, builder.Build().ToArray());
        Assert.Equal(ErrorCode.None, result.Error);
        return result;
    }

    private static void AppendTransactional(PartitionLog log, long producerId, long timestamp, string key, string value)
    {
        using var builder = new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true };
        builder.Append(timestamp, Encoding.UTF8.GetBytes(key), (ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(value));
        var batch = builder.Build().ToArray();
        log.BeginVerification(new RecordBatchHeader(batch), addsPartitions: true, out var verified);
        var result = LogFixture.Append(log, batch, verified);
        Assert.Equal(ErrorCode.None, result.Error);
    }
}
