using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tests.Rules;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>A lane whose records are looked at one by one.</summary>
public sealed class LaneRulesTests
{
    private static readonly long Start = 1_700_000_000_000;

    private static IEnumerable<string> Expected(params IEnumerable<int> offsets) => offsets.Select(o => $"key-{o}=value-{o}@{o}");

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task A_batch_in_which_nothing_changes_passes_as_it_is(CompressionCodec codec)
    {
        await using var bench = new LaneBench(rules: RuleBench.Drops("header:none"));
        var batch = LaneBench.Batch(0, 100, codec);

        bench.Fetch(batch);

        Assert.Equal(batch, Assert.Single(bench.Taken));
        Assert.Empty(bench.Lane.Counters.Opened.All);
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task Left_out_records_leave_no_hole_and_the_map_is_exact(CompressionCodec codec)
    {
        await using var bench = new LaneBench(rules: RuleBench.Drops("key~key-[0-9]*[02468]"));
        bench.Outlets[0].EndOffset = 100;

        bench.Fetch(LaneBench.Batch(0, 10, codec));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(1, 3, 5, 7, 9), LaneBench.Records(bench.Taken));
        Assert.All(bench.Taken, batch => Assert.Equal(codec, new RecordBatchHeader(batch).Codec));
        Assert.Equal([(1, 100, 1), (3, 101, 1), (5, 102, 1), (7, 103, 1), (9, 104, 1)], bench.Stored.Runs);
        Assert.Equal(5, bench.Lane.Counters.LeftOut);
        Assert.Equal((10, 104), (bench.Lane.Position.Offset, bench.Lane.Position.LastTargetOffset));
    }

    [Fact]
    public async Task The_position_passes_what_is_left_out_though_nothing_is_produced()
    {
        await using var bench = new LaneBench(rules: RuleBench.Drops($"timestamp<{Start + 5}"));

        bench.Fetch(LaneBench.Batch(0, 3));
        Assert.Empty(bench.Taken);
        Assert.Equal(3, bench.Lane.Position.Offset);

        bench.Fetch(LaneBench.Batch(3, 4));
        Assert.Equal(3, bench.Lane.Position.Offset);
        bench.AcknowledgeAll();

        Assert.Equal(Expected(5, 6), LaneBench.Records(bench.Taken));
        Assert.Equal([(5, 0, 2)], bench.Stored.Runs);
        Assert.Equal(7, bench.Lane.Position.Offset);
    }

    [Fact]
    public async Task A_failing_record_stops_the_lane_behind_those_before_it()
    {
        await using var bench = new LaneBench(rules: RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["x"], null),
            RecordCondition.Parse("key=key-3")), lost: _ => LossAction.Halt);

        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(0, 1, 2), LaneBench.Records(bench.Taken));
        var now = bench.Lane.Snapshot();
        Assert.Equal((LaneStatus.Paused, TroubleKind.Untransformed, 3L), (now.Status, now.Pause!.Kind, now.Position));
        Assert.Contains("orders-3 at offset 3: transform t: the value is no JSON object", now.Pause.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_record_is_left_out_with_a_word_where_the_policy_says_so()
    {
        List<Loss> lost = [];
        await using var bench = new LaneBench(
            rules: RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["x"], null), RecordCondition.Parse("key=key-3")),
            lost: loss =>
            {
                lost.Add(loss);
                return LossAction.Record;
            });

        bench.Fetch(LaneBench.Batch(0, 10));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(0, 1, 2, 4, 5, 6, 7, 8, 9), LaneBench.Records(bench.Taken));
        Assert.Equal(10, bench.Lane.Position.Offset);
        Assert.Equal((LossKind.Untransformed, 3L), (Assert.Single(lost).Kind, lost[0].Position));
    }

    [Fact]
    public async Task Changing_records_allocates_nothing_for_each()
    {
        await using var bench = new LaneBench(keeps: false, rules: RuleBench.Rules(new TransformAction.SetHeader("site", "A")));
        bench.Fetch(LaneBench.Batch(0, 1000));
        bench.AcknowledgeAll();
        var frame = bench.Frames.RentNow(LaneBench.Batch(1000, 1000).Length);
        LaneBench.Batch(1000, 1000).CopyTo(frame.Memory.Span);
        var before = GC.GetAllocatedBytesForCurrentThread();

        bench.FetchFrame(frame);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        bench.AcknowledgeAll();
        frame.Dispose();
        Assert.Equal(2000, bench.Lane.Position.Offset);
        Assert.InRange(allocated, 0, 4000);
    }
}
