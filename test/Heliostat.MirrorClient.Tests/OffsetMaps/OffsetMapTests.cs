using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Testing;
using Xunit.Abstractions;
using static Heliostat.MirrorClient.OffsetMaps.TranslationPrecision;

namespace Heliostat.MirrorClient.Tests.OffsetMaps;

public sealed class OffsetMapTests(ITestOutputHelper output)
{
    private static readonly TopicPartition Lane = new("orders", 3);

    [Fact]
    public void A_lane_without_holes_is_one_segment_for_ever()
    {
        var map = new OffsetMap(Lane);
        for (var batch = 0; batch < 1000; batch++)
        {
            map.Append(1000 + (batch * 10), 500 + (batch * 10), 10);
        }

        Assert.Equal(1, map.Segments);
        Assert.Equal(new TranslatedOffset(5499, Exact), map.ToTarget(5999));
        Assert.Equal(new TranslatedOffset(5999, Exact), map.ToSource(5499));
        Assert.Equal((11000, 10500), (map.EndSource, map.EndTarget));
    }

    [Fact]
    public void An_offset_in_a_hole_is_the_next_record()
    {
        var map = new OffsetMap(Lane);
        map.Append(10, 100, 5);
        map.Append(20, 107, 5);

        Assert.Equal(new TranslatedOffset(100, Exact), map.ToTarget(0));
        Assert.Equal(new TranslatedOffset(104, Exact), map.ToTarget(14));
        Assert.Equal(new TranslatedOffset(107, Exact), map.ToTarget(15));
        Assert.Equal(new TranslatedOffset(107, Exact), map.ToTarget(20));
        Assert.Equal(new TranslatedOffset(10, Exact), map.ToSource(0));
        Assert.Equal(new TranslatedOffset(20, Exact), map.ToSource(105));
        Assert.Equal(new TranslatedOffset(21, Exact), map.ToSource(108));
    }

    [Fact]
    public void Behind_the_last_record_the_answer_says_so()
    {
        var map = new OffsetMap(Lane);
        Assert.Null(map.ToTarget(0));
        map.Append(10, 100, 5);

        Assert.Equal(new TranslatedOffset(105, AfterLast), map.ToTarget(15));
        Assert.Equal(new TranslatedOffset(105, AfterLast), map.ToTarget(9999));
        Assert.Equal(new TranslatedOffset(15, AfterLast), map.ToSource(105));
    }

    [Fact]
    public void What_is_mirrored_again_is_found_where_it_is_now()
    {
        var map = new OffsetMap(Lane);
        map.Append(0, 0, 100);
        map.Append(60, 130, 40);

        Assert.Equal(new TranslatedOffset(59, Exact), map.ToTarget(59));
        Assert.Equal(new TranslatedOffset(130, Exact), map.ToTarget(60));
        Assert.Equal(new TranslatedOffset(60, Exact), map.ToSource(60));
        Assert.Equal(new TranslatedOffset(60, Exact), map.ToSource(99));
    }

    [Fact]
    public void What_an_aborted_transaction_held_is_forgotten()
    {
        var map = new OffsetMap(Lane);
        map.Append(0, 0, 100);
        map.TruncateFrom(60);

        Assert.Equal(new TranslatedOffset(60, AfterLast), map.ToTarget(60));
        map.Append(60, 101, 5);
        Assert.Equal(new TranslatedOffset(101, Exact), map.ToTarget(60));
    }

    [Fact]
    public void What_the_target_lost_is_forgotten()
    {
        var map = new OffsetMap(Lane);
        map.Append(0, 0, 100);
        map.Append(100, 40, 5);

        Assert.Equal(new TranslatedOffset(40, Exact), map.ToTarget(60));
        Assert.Equal(new TranslatedOffset(100, Exact), map.ToSource(40));
    }

    [Fact]
    public void Facts_lost_in_a_crash_leave_a_hole_that_is_known_to_be_unknown()
    {
        var map = new OffsetMap(Lane);
        map.Append(0, 0, 100);
        map.ResumeAt(150, 140);
        map.Append(150, 140, 10);

        Assert.Equal(new TranslatedOffset(100, AtOrBefore), map.ToTarget(120));
        Assert.Equal(new TranslatedOffset(140, Exact), map.ToTarget(150));
        Assert.Equal(new TranslatedOffset(100, AtOrBefore), map.ToSource(130));
        Assert.Equal(new TranslatedOffset(150, Exact), map.ToSource(140));
    }

    [Fact]
    public void Before_the_take_over_from_MirrorMaker_2_nothing_is_said()
    {
        var map = new OffsetMap(Lane);
        map.ResumeAt(5000, null);
        map.Append(5002, 4000, 10);

        Assert.Null(map.ToTarget(4999));
        Assert.Equal(new TranslatedOffset(4000, Exact), map.ToTarget(5002));
        Assert.Null(map.ToSource(3999));

        var known = new OffsetMap(Lane);
        known.ResumeAt(5000, 3990);
        Assert.Null(known.ToTarget(4999));
        Assert.Equal(new TranslatedOffset(3990, AfterLast), known.ToTarget(5000));
        known.Append(5002, 4000, 10);
        Assert.Null(known.ToTarget(4999));
        Assert.Equal(new TranslatedOffset(4000, Exact), known.ToTarget(5000));
    }

    [Fact]
    public void Resuming_where_the_target_got_nothing_leaves_no_doubt()
    {
        var map = new OffsetMap(Lane);
        map.Append(0, 0, 100);
        map.ResumeAt(120, 100);
        map.ResumeAt(50, 70);
        map.Append(120, 100, 1);

        Assert.Equal(new TranslatedOffset(100, Exact), map.ToTarget(110));
        Assert.Equal(new TranslatedOffset(70, Exact), map.ToTarget(70));
    }

    [Fact]
    public void What_the_targets_retention_took_is_no_answer()
    {
        var map = new OffsetMap(Lane);
        map.Append(0, 0, 100);
        map.Append(200, 110, 100);
        map.TrimTargetBelow(105);

        Assert.Equal(new TranslatedOffset(110, Exact), map.ToTarget(0));
        Assert.Equal(new TranslatedOffset(200, Exact), map.ToSource(0));
        map.TrimTargetBelow(150);
        Assert.Equal(new TranslatedOffset(150, Exact), map.ToTarget(0));
        Assert.Equal(new TranslatedOffset(151, Exact), map.ToTarget(241));
        map.TrimTargetBelow(500);
        Assert.Equal(new TranslatedOffset(500, AfterLast), map.ToTarget(0));
    }

    [Fact]
    public void Trimming_drops_parts_and_asks_to_delete_them()
    {
        var map = new OffsetMap(Lane, chunkBytes: 64);
        for (var n = 0; n < 1000; n++)
        {
            map.Append(n * 13 + (n % 5), n * 11, 10 - (n % 3));
        }

        map.Written(map.Changes());
        var size = map.SizeInBytes;
        map.TrimTargetBelow(500 * 11);
        var changes = map.Changes();

        Assert.True(map.SizeInBytes < size * 0.6);
        Assert.All(changes, change => Assert.Null(change.Value));
        Assert.Equal(Enumerable.Range(0, changes.Count), changes.Select(change => change.Key.Chunk));
        Assert.Equal(new TranslatedOffset(500 * 11, Exact), map.ToTarget(7));
        Assert.Equal(new TranslatedOffset(999 * 11, Exact), map.ToTarget(999 * 13));
    }

    [Fact]
    public void Transactions_of_one_size_take_next_to_no_room()
    {
        var map = new OffsetMap(Lane);
        for (var transaction = 0; transaction < 1_000_000; transaction++)
        {
            map.Append(transaction * 11L, transaction * 10L, 10);
        }

        Assert.Equal(1_000_000, map.Segments);
        Assert.True(map.SizeInBytes < 1024, $"{map.SizeInBytes} bytes");
        Assert.Equal(new TranslatedOffset(7_777_770, Exact), map.ToTarget((777_777 * 11L) - 1));
        Assert.Equal(new TranslatedOffset((777_777 * 11L) + 3, Exact), map.ToSource(7_777_773));
    }

    [Fact]
    public void A_million_segments_stay_under_eight_megabytes()
    {
        var random = Seed.New(output);
        var map = new OffsetMap(Lane);
        long source = 0, target = 0;
        List<(long Source, long Target)> samples = [];
        for (var n = 0; n < 1_000_000; n++)
        {
            source += 1 + random.Next(40);
            target += random.Next(3);
            var count = 1 + random.Next(500);
            map.Append(source, target, count);
            if (n % 10_000 == 0)
            {
                samples.Add((source, target));
            }

            (source, target) = (source + count, target + count);
        }

        output.WriteLine($"{map.Segments} segments in {map.SizeInBytes} bytes");
        Assert.True(map.SizeInBytes < 8_000_000, $"{map.SizeInBytes} bytes");
        Assert.All(samples, sample => Assert.Equal(new TranslatedOffset(sample.Target, Exact), map.ToTarget(sample.Source)));
        Assert.All(samples, sample => Assert.Equal(new TranslatedOffset(sample.Source, Exact), map.ToSource(sample.Target)));

        const int Lookups = 200_000;
        var start = TimeProvider.System.GetTimestamp();
        for (var n = 0; n < Lookups; n++)
        {
            map.ToTarget(random.NextInt64(source));
        }

        output.WriteLine($"{TimeProvider.System.GetElapsedTime(start).TotalMicroseconds / Lookups:0.00} µs a lookup");
    }

    [Fact]
    public void Many_read_while_one_writes()
    {
        const int Segments = 200_000;
        var map = new OffsetMap(Lane, chunkBytes: 256);
        map.Append(0, 0, 1);
        var readers = Enumerable.Range(0, 2).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            while (map.EndSource < Segments * 3)
            {
                var at = random.NextInt64(map.EndSource);
                var found = map.ToTarget(at)!.Value;
                Assert.Equal(new TranslatedOffset((at + 2) / 3 * 2, found.Precision), found);
            }
        })).ToArray();
        Array.ForEach(readers, reader => reader.Start());

        for (long n = 1; n <= Segments; n++)
        {
            map.Append(n * 3, n * 2, 1);
        }

        Array.ForEach(readers, reader => reader.Join());
    }

    [Fact]
    public void Nonsense_is_our_mistake()
    {
        var map = new OffsetMap(Lane);

        Assert.Throws<ArgumentOutOfRangeException>(() => map.Append(-1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Append(0, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Append(0, 0, 0));
    }
}
