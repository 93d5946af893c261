using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class LaneTests
{
    private static IEnumerable<string> Expected(params IEnumerable<int> offsets) => offsets.Select(o => $"key-{o}=value-{o}@{o}");

    [Fact]
    public async Task Pass_reads_no_payload_byte()
    {
        await using var bench = new LaneBench();
        var batch = LaneBench.Batch(0, 50);
        Array.Fill(batch, (byte)0xEE, RecordBatchHeader.Size, batch.Length - RecordBatchHeader.Size);

        bench.Fetch(batch);

        // Whoever had read the payload would have found it malformed, and its checksum wrong: both are the target's to find.
        Assert.Equal(batch, Assert.Single(bench.Taken));
        Assert.Equal(50, bench.Cursor.Position);
    }

    [Fact]
    public async Task Position_follows_acknowledgements_and_not_what_was_read()
    {
        await using var bench = new LaneBench();

        bench.Fetch(LaneBench.Batch(0, 10), LaneBench.Batch(10, 10));
        Assert.Equal(20, bench.Cursor.Position);
        Assert.Equal(0, bench.Lane.Position.Offset);
        bench.AcknowledgeAll();

        Assert.Equal(20, bench.Lane.Position.Offset);
        Assert.Equal(7, bench.Lane.Position.LeaderEpoch);
        Assert.Equal(0, bench.Frames.RentedBytes);
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task Compacted_batches_become_dense_and_keep_their_codec(CompressionCodec codec)
    {
        await using var bench = new LaneBench();

        bench.Fetch(LaneBench.Batch(0, 10, codec, holes: [0, 4, 9]), LaneBench.Batch(10, 3, codec));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(1, 2, 3, 5, 6, 7, 8, 10, 11, 12), LaneBench.Records(bench.Taken));
        Assert.All(bench.Taken, batch => Assert.Equal(codec, new RecordBatchHeader(batch).Codec));
        Assert.Equal(13, bench.Lane.Position.Offset);
    }

    [Fact]
    public async Task Where_each_record_stands_on_the_target_is_told_run_by_run()
    {
        await using var bench = new LaneBench();
        bench.Outlets[0].EndOffset = 100;

        bench.Fetch(LaneBench.Batch(0, 10), LaneBench.Batch(10, 10, holes: [0, 4, 5, 9]), LaneBench.Batch(20, 3, holes: [1]),
            LaneBench.Marker(23, ControlRecordType.Commit), LaneBench.Batch(24, 5));
        bench.AcknowledgeAll();

        Assert.Equal([(0, 100, 10), (11, 110, 3), (16, 113, 3), (20, 116, 1), (22, 117, 1), (24, 118, 5)], bench.Stored.Runs);
        Assert.Equal((29, 122), (bench.Lane.Position.Offset, bench.Lane.Position.LastTargetOffset));
    }

    [Theory]
    [InlineData(LossAction.Repair)]
    [InlineData(LossAction.Record)]
    public async Task A_batch_that_stands_where_an_older_one_stood_shows_that_the_target_lost_it(LossAction action)
    {
        List<Loss> told = [];
        await using var bench = new LaneBench(lost: loss =>
        {
            told.Add(loss);
            return action;
        });
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();

        bench.Fetch(LaneBench.Batch(10, 5), LaneBench.Batch(15, 5));
        bench.Outlets[0].EndOffset = 7;
        bench.AcknowledgeAll();

        Assert.Equal((LossKind.TargetLost, 10L), (Assert.Single(told).Kind, told[0].Position));
        Assert.Equal("target: the mirror of orders-3 ended at offset 7, and 9 was acknowledged: 3 offsets were lost there", told[0].Cause);
        Assert.Equal(action == LossAction.Record ? (20, 16, null) : (10, 9, 7L),
            (bench.Lane.Position.Offset, bench.Lane.Position.LastTargetOffset, bench.Lane.Position.TargetEnd));
        Assert.Equal(action != LossAction.Record, bench.Lane.Snapshot().WantsCheck);
    }

    /// <summary>What a log lost is hidden where one marker takes its place: seed 1776 of the simulation with workers.</summary>
    [Theory]
    [InlineData(11, false)]
    [InlineData(10, true)]
    [InlineData(9, true)]
    [InlineData(14, false)]
    public async Task Behind_the_last_record_of_a_transaction_the_target_holds_its_marker(int at, bool isLost)
    {
        List<Loss> told = [];
        await using var bench = new LaneBench(lost: loss =>
        {
            told.Add(loss);
            return LossAction.Repair;
        });
        bench.Outlets[0].Transaction = 1;
        bench.Fetch(LaneBench.Batch(0, 5), LaneBench.Batch(5, 5));
        bench.AcknowledgeAll();

        bench.Outlets[0].Transaction = 2;
        bench.Outlets[0].EndOffset = at;
        bench.Fetch(LaneBench.Batch(10, 5));
        bench.AcknowledgeAll();

        Assert.Equal(isLost ? 1 : 0, told.Count);
        Assert.All(told, loss => Assert.Equal((LossKind.TargetLost, 10L), (loss.Kind, loss.Position)));
        var position = bench.Lane.Position;
        Assert.True(position.IsCommitted);
        Assert.Equal(isLost ? (10, 9, 9L) : (15, at + 4, null), (position.Offset, position.LastTargetOffset, position.TargetEnd));
    }

    [Fact]
    public async Task In_a_transaction_a_loss_shows_behind_its_first_batch_too()
    {
        List<Loss> told = [];
        await using var bench = new LaneBench(lost: loss =>
        {
            told.Add(loss);
            return LossAction.Repair;
        });
        bench.Outlets[0].Transaction = 1;
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        bench.Outlets[0].Transaction = 2;
        bench.Outlets[0].EndOffset = 11;
        bench.Fetch(LaneBench.Batch(10, 5));
        bench.AcknowledgeAll();

        bench.Outlets[0].EndOffset = 15;
        bench.Fetch(LaneBench.Batch(15, 5));
        bench.AcknowledgeAll();

        Assert.Equal((LossKind.TargetLost, 15L), (Assert.Single(told).Kind, told[0].Position));
    }

    [Fact]
    public async Task Records_below_the_position_are_trimmed()
    {
        await using var bench = new LaneBench(start: 4);

        bench.Fetch(LaneBench.Batch(0, 10));

        Assert.Equal(Expected(4, 5, 6, 7, 8, 9), LaneBench.Records(bench.Taken));
    }

    [Fact]
    public async Task LogAppendTime_becomes_the_timestamp_of_every_record()
    {
        await using var bench = new LaneBench();

        bench.Fetch(LaneBench.Batch(0, 3, with: b => b.LogAppendTimestamp = 1_700_000_000_777));

        Assert.Equal(["key-0=value-0@777", "key-1=value-1@777", "key-2=value-2@777"], LaneBench.Records(bench.Taken));
        Assert.Equal(TimestampType.CreateTime, new RecordBatchHeader(Assert.Single(bench.Taken)).TimestampType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Aborted_transactions_are_left_out_when_reading_committed(bool readCommitted)
    {
        await using var bench = new LaneBench(readCommitted: readCommitted);
        static void Transactional(RecordBatchBuilder b) =>
            (b.IsTransactional, b.ProducerId, b.ProducerEpoch, b.BaseSequence) = (true, 40, 0, 0);
        var aborted = new Rows<AbortedTransaction>();
        aborted.Add(new AbortedTransaction { ProducerId = 40, FirstOffset = 0 });
        byte[][] log =
        [
            LaneBench.Batch(0, 2, with: Transactional), LaneBench.Batch(2, 2), LaneBench.Marker(4, ControlRecordType.Abort),
            LaneBench.Batch(5, 2, with: Transactional), LaneBench.Marker(7, ControlRecordType.Commit),
        ];

        bench.FetchBytes([.. log.SelectMany(b => b)], readCommitted ? aborted : null);
        bench.AcknowledgeAll();

        Assert.Equal(readCommitted ? Expected(2, 3, 5, 6) : Expected(0, 1, 2, 3, 5, 6), LaneBench.Records(bench.Taken).Order());
        Assert.Equal(8, bench.Lane.Position.Offset);
    }

    /// <summary>Kafka adds types from time to time; readers pass over those that they do not know.</summary>
    [Fact]
    public async Task Control_records_of_unknown_types_are_passed_over_and_told_once()
    {
        await using var bench = new LaneBench();

        byte[] Unknown(long offset) => LaneBench.Marker(offset, (ControlRecordType)99);

        bench.Fetch(LaneBench.Batch(0, 2), Unknown(2), Unknown(3), LaneBench.Batch(4, 2));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(0, 1, 4, 5), LaneBench.Records(bench.Taken).Order());
        Assert.Equal(6, bench.Lane.Position.Offset);
        Assert.Contains("a control record of type 99", Assert.Single(bench.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionCodec.None, 1_000)]
    [InlineData(CompressionCodec.Zstd, 250)]
    public async Task Batches_too_large_for_the_target_are_split(CompressionCodec codec, int maxBatchBytes)
    {
        await using var bench = new LaneBench(maxBatchBytes: maxBatchBytes);

        bench.Fetch(LaneBench.Batch(0, 100, codec));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(Enumerable.Range(0, 100)), LaneBench.Records(bench.Taken));
        Assert.True(bench.Taken.Count() > 1);
        Assert.All(bench.Taken, batch => Assert.True(batch.Length <= maxBatchBytes, $"{batch.Length} bytes"));
        Assert.Equal(100, bench.Lane.Position.Offset);
    }

    [Fact]
    public async Task Record_that_no_batch_can_hold_pauses_the_lane_after_what_is_before_it()
    {
        await using var bench = new LaneBench(maxBatchBytes: 1_000);

        bench.Fetch(LaneBench.Batch(0, 3), LaneBench.Batch(3, 1, valueBytes: 2_000), LaneBench.Batch(4, 1));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(0, 1, 2), LaneBench.Records(bench.Taken));
        var snapshot = bench.Lane.Snapshot();
        Assert.Equal(LaneStatus.Paused, snapshot.Status);
        Assert.Contains("offset 3 of orders-3", snapshot.Pause!.Sentence, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes", snapshot.Pause.Sentence, StringComparison.Ordinal);
        Assert.Equal(3, snapshot.Position);
    }

    [Fact]
    public async Task A_record_that_cannot_be_delivered_is_tried_again_soon_and_then_ever_more_rarely()
    {
        var time = new ManualTimeProvider();
        await using var bench = new LaneBench(maxBatchBytes: 1_000, time: time);
        List<double> waits = [];
        for (var attempt = 0; attempt < 7; attempt++)
        {
            bench.Fetch(LaneBench.Batch(0, 1, valueBytes: 2_000));
            var retryAt = bench.Lane.Snapshot().Pause!.NextTry!.Value;
            waits.Add((retryAt - time.GetUtcNow()).TotalSeconds);
            bench.Lane.Limit(1_000);
            time.Advance(retryAt - time.GetUtcNow());
            bench.Lane.DoDue();
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], waits);
    }

    [Fact]
    public async Task Key_hash_places_as_the_Java_producer_and_keeps_the_order_of_each_key()
    {
        await using var bench = new LaneBench(byKey: true, targetPartitions: 3);

        bench.Fetch(LaneBench.Batch(0, 60), LaneBench.Batch(60, 40));
        Assert.Equal(0, bench.Lane.Position.Offset);
        bench.AcknowledgeAll();

        Assert.Equal(Expected(Enumerable.Range(0, 100)).Order(StringComparer.Ordinal),
            LaneBench.Records(bench.Taken).Order(StringComparer.Ordinal));
        for (var i = 0; i < 3; i++)
        {
            var placed = LaneBench.Records(bench.Outlets[i].Taken);
            Assert.All(placed, record => Assert.Equal(i, Murmur2.Partition(System.Text.Encoding.UTF8.GetBytes(record.Split('=')[0]), 3)));
        }

        Assert.Equal(100, bench.Lane.Position.Offset);
    }

    [Fact]
    public async Task Records_for_an_outlet_that_refused_another_lane_are_fetched_again()
    {
        var time = new ManualTimeProvider();
        await using var bench = new LaneBench(byKey: true, targetPartitions: 2, time: time);
        bench.Outlets[1].IsHalted = true;
        bench.Fetch(LaneBench.Batch(0, 60));
        Assert.Equal(LaneStatus.Paused, bench.Lane.Snapshot().Status);
        bench.AcknowledgeAll();
        time.Advance(TimeSpan.FromSeconds(2));
        bench.Lane.DoDue();

        Assert.Equal(0, bench.Cursor.Position);
        bench.Fetch(LaneBench.Batch(0, 60));
        bench.AcknowledgeAll();

        Assert.Equal(60, bench.Lane.Position.Offset);
        Assert.Equal(Expected(Enumerable.Range(0, 60)).Order(StringComparer.Ordinal),
            LaneBench.Records(bench.Taken).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_topic_whose_limit_was_raised_takes_what_it_refused_before()
    {
        var time = new ManualTimeProvider();
        await using var bench = new LaneBench(maxBatchBytes: 100_000, time: time);
        for (var refusal = 0; refusal < 3; refusal++)
        {
            bench.Fetch(LaneBench.Batch(0, 10));
            bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.MessageTooLarge);
            bench.Lane.Limit(100);
            bench.Lane.DoDue();
        }

        bench.Fetch(LaneBench.Batch(0, 10));
        Assert.Contains("max.message.bytes", bench.Lane.Snapshot().Pause!.Sentence, StringComparison.Ordinal);
        bench.Lane.Limit(100_000);
        time.Advance(TimeSpan.FromMinutes(1));
        bench.Lane.DoDue();
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();

        Assert.Equal(10, bench.Lane.Position.Offset);
    }

    [Theory]
    [InlineData(3_000)]
    [InlineData(1_200)]
    [InlineData(700)]
    public async Task Batches_are_split_until_the_target_takes_them_where_its_limit_may_not_be_read(int limit)
    {
        await using var bench = new LaneBench(maxBatchBytes: int.MaxValue);
        byte[][] source = [LaneBench.Batch(0, 100), LaneBench.Batch(100, 1, valueBytes: 500), LaneBench.Batch(101, 50)];

        DeliverTo(bench, source, () => limit, attempts: 8);

        Assert.Equal(151, bench.Lane.Position.Offset);
        Assert.Equal(LaneStatus.Running, bench.Lane.Snapshot().Status);
        Assert.Equal(LaneBench.Records(source), LaneBench.Records(bench.Outlets[0].Acknowledged));

        // What it took once, it is given at once.
        var largest = bench.Outlets[0].Acknowledged.Max(batch => batch.Length);
        bench.Fetch(LaneBench.Batch(151, 5));
        Assert.True(bench.Outlets[0].Waiting.Single().Bytes.Length <= largest);
    }

    [Fact]
    public async Task A_record_too_large_for_a_limit_that_may_not_be_read_waits_until_the_target_takes_it()
    {
        var time = new ManualTimeProvider();
        await using var bench = new LaneBench(maxBatchBytes: int.MaxValue, time: time);
        byte[][] source = [LaneBench.Batch(0, 3), LaneBench.Batch(3, 1, valueBytes: 2_000), LaneBench.Batch(4, 1)];
        var limit = 1_000;

        DeliverTo(bench, source, () => limit, attempts: 12);

        var snapshot = bench.Lane.Snapshot();
        Assert.Equal((LaneStatus.Paused, 3), (snapshot.Status, snapshot.Position));
        Assert.Contains("did not take the batch at source offset 3: MESSAGE_TOO_LARGE", snapshot.Pause!.Sentence, StringComparison.Ordinal);
        Assert.True(snapshot.Pause.NextTry > time.GetUtcNow());

        limit = 10_000;
        time.Advance(TimeSpan.FromMinutes(1));
        bench.Lane.DoDue();
        DeliverTo(bench, source, () => limit, attempts: 2);
        Assert.Equal(LaneBench.Records(source), LaneBench.Records(bench.Outlets[0].Acknowledged));
    }

    /// <summary>Plays a source of these batches, and a target that refuses what is larger than it says nobody may know.</summary>
    private static void DeliverTo(LaneBench bench, byte[][] source, Func<int> limit, int attempts)
    {
        var outlet = bench.Outlets[0];
        for (var attempt = 0; attempt < attempts && bench.Lane.Snapshot().Status == LaneStatus.Running; attempt++)
        {
            bench.Fetch(source.Where(batch => RecordBatch.LastOffset(batch) >= bench.Cursor.Position));
            outlet.AcknowledgeUntil(bench.Lane, batch => batch.Bytes.Length > limit());
            if (outlet.Waiting.Count == 0)
            {
                return;
            }

            outlet.RefuseAll(bench.Lane, ErrorCode.MessageTooLarge);
            bench.Lane.Limit(int.MaxValue);
            bench.Lane.DoDue();
        }
    }

    [Fact]
    public async Task Refused_batch_is_fetched_again_from_the_acknowledged_position()
    {
        await using var bench = new LaneBench();
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        bench.Fetch(LaneBench.Batch(10, 10), LaneBench.Batch(20, 10));

        bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.CorruptMessage);
        bench.Lane.DoDue();

        Assert.Equal(10, bench.Cursor.Position);
        Assert.Equal(LaneStatus.Running, bench.Lane.Snapshot().Status);
        Assert.Equal(1, bench.Outlets[0].Restarts);
    }

    [Fact]
    public async Task Corrupt_source_batch_stops_the_lane_once_the_target_has_refused_it()
    {
        await using var bench = new LaneBench();
        FetchDamaged(bench);

        var pause = bench.Lane.Snapshot().Pause;
        Assert.Contains("source: orders-3 at offset 0", pause!.Sentence, StringComparison.Ordinal);
        Assert.Null(pause.NextTry);
        Assert.Equal(0, bench.Lane.Position.Offset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_stopped_for_damage_reads_again_when_somebody_asks(bool isRestart)
    {
        await using var bench = new LaneBench();
        FetchDamaged(bench);

        if (isRestart)
        {
            Assert.True(bench.Lane.TryNow());
        }
        else
        {
            bench.Lane.Resume();
        }

        bench.Lane.DoDue();
        Assert.Equal(LaneStatus.Running, bench.Lane.Snapshot().Status);
        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();
        Assert.Equal(10, bench.Lane.Position.Offset);
    }

    [Fact]
    public async Task Truncated_tail_is_left_for_the_next_fetch()
    {
        await using var bench = new LaneBench();
        var whole = LaneBench.Batch(0, 10);
        var cut = LaneBench.Batch(10, 10)[..^5];

        bench.Fetch(whole, cut);

        Assert.Equal(10, bench.Cursor.Position);
        Assert.Equal(LaneStatus.Running, bench.Lane.Snapshot().Status);
    }

    [Fact]
    public async Task Malformed_batch_stops_the_lane_after_what_is_before_it()
    {
        await using var bench = new LaneBench();
        var malformed = LaneBench.Batch(10, 10);
        malformed[RecordBatchHeader.MagicOffset] = 9;

        bench.Fetch(LaneBench.Batch(0, 10), malformed);

        Assert.Single(bench.Taken);
        Assert.Contains("magic is unknown: 9", bench.Lane.Snapshot().Pause!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passing_a_batch_allocates_nothing()
    {
        await using var bench = new LaneBench(keeps: false);
        using var frame = bench.Frames.RentNow(64 * 1024);
        long Round(int rounds)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < rounds; i++)
            {
                bench.FetchFrame(frame);
                bench.AcknowledgeAll();
                Relabel(frame.Memory.Span, bench.Cursor.Position);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var batch = LaneBench.Batch(0, 400);
        Fill(frame.Memory.Span, batch);
        Round(1_000);

        Assert.Equal(0, Round(10_000));
    }

    /// <summary>
    /// A batch that is damaged on the source, fetched until the lane has found that out: refused by the target, and no better the second
    /// time.
    /// </summary>
    private static void FetchDamaged(LaneBench bench)
    {
        var corrupt = LaneBench.Batch(0, 10);
        corrupt[^1] ^= 1;
        bench.Fetch(corrupt);
        bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.CorruptMessage);
        bench.Lane.DoDue();
        bench.Fetch(corrupt);
    }

    private static void Fill(Span<byte> records, byte[] batch)
    {
        records.Clear();
        batch.CopyTo(records);
    }

    private static void Relabel(Span<byte> batch, long baseOffset) => RecordBatchHeader.Place(batch, baseOffset, 7);
}
