using System.Text;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Tests.Comparing;
using Heliostat.Mirroring.Tests.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Tails;

/// <summary>Where a lane goes on after a crash: behind what stands on the target, whatever was done to it on the way.</summary>
public sealed class TailMatchTests(ITestOutputHelper output)
{
    private const int Rounds = 400;

    [Fact]
    public void What_was_mirrored_behind_the_position_is_found_however_it_was_batched()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(seed + round);
            var (bench, source, target) = Sides(random, stamps: random.Next(4) == 0);
            bench.Mirror(0, left: random.Next(0, 30), producerId: random.Next(2) == 0 ? -1 : 42);
            if (bench.Mirrored.Count == 0) continue;

            var known = random.Next(0, bench.Mirrored.Count);
            var outcome = bench.Compare(Anchor(bench, known));

            Assert.True(bench.Mirrored[^1].Source + 1 == outcome.Resume || known == bench.Mirrored.Count, $"round {round}: {outcome}");
            Assert.Equal(bench.Mirrored.Count - known, outcome.Matched);
            Assert.Equal(bench.Mirrored[^1].Target, outcome.LastTarget);
            Assert.True(bench.IsTrue(outcome), $"round {round}: {outcome}");
            Assert.Equal(outcome.Matched > 0 ? TailVerdict.Matched : TailVerdict.Nothing, outcome.Verdict);
            Assert.Equal(target.Records.Count(record => record.Source < 0 && record.Offset >= Anchor(bench, known).Target),
                outcome.Foreign);
        }
    }

    [Fact]
    public void What_rules_leave_out_is_not_missed_and_not_taken_for_a_hole()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(seed + round);
            var (_, source, target) = Sides(random);
            var dropped = random.Next(7);
            var bench = new TailBench(source, target, random)
            {
                Rules = RuleBench.Drops($"key=k{dropped}"),
                Keeps = record => Encoding.ASCII.GetString(record.Key!) != $"k{dropped}",
            };
            bench.Mirror(0, left: random.Next(0, 30), producerId: 42);
            if (bench.Mirrored.Count == 0) continue;

            var known = random.Next(0, bench.Mirrored.Count);
            var outcome = bench.Compare(Anchor(bench, known));

            Assert.Equal(bench.Mirrored[^1].Source + 1, outcome.Resume);
            Assert.Equal(bench.Mirrored.Count - known, outcome.Matched);
            Assert.True(bench.IsTrue(outcome), $"round {round}: {outcome}");
            Assert.Equal(TailVerdict.Matched, outcome.Verdict);
        }
    }

    [Fact]
    public void Runs_of_several_crashed_mirrors_are_one_after_the_other()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(seed + round);
            var (bench, source, _) = Sides(random);
            for (var life = 0; life < 4; life++)
            {
                bench.Mirror(bench.Mirrored.Count == 0 ? 0 : bench.Mirrored[^1].Source + 1, left: 40 - (life * 10), producerId: life);
            }

            if (bench.Mirrored.Count < 2) continue;
            var outcome = bench.Compare(Anchor(bench, 0));

            Assert.Equal(bench.Mirrored[^1].Source + 1, outcome.Resume);
            Assert.Equal(0, outcome.Repeated);
        }
    }

    [Fact]
    public void What_another_mirror_wrote_twice_is_told_and_passed()
    {
        var random = new Random(Seed.Next(output));
        var (source, target) = (new ModelLog(), new ModelLog());
        source.Append([.. Enumerable.Range(0, 100).Select(i => TailBench.Record(i))]);
        var bench = new TailBench(source, target, random) { HasOthers = false };
        bench.Mirror(0, left: 60, producerId: -1);
        bench.Mirror(10, left: 20, producerId: -1);

        var outcome = bench.Compare(new TailAnchor(10, 10));

        Assert.Equal(80, outcome.Resume);
        Assert.Equal(30, outcome.Repeated);
        Assert.Equal(70, outcome.Matched);
        Assert.Equal([new TailRun(10, 10, 30, false), new TailRun(40, 70, 40, false)], outcome.Runs);
    }

    [Fact]
    public void What_the_lane_itself_sent_twice_is_told_and_passed()
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        source.Append([.. Enumerable.Range(0, 50).Select(i => TailBench.Record(i))]);
        ModelRecord[] records = [.. source.Records];
        target.Append(records[..20], producerId: 5);
        target.Append(records[10..20], producerId: 5);
        target.Append(records[20..30], producerId: 5);

        var outcome = new TailBench(source, target, new Random(1)).Compare(new TailAnchor(0, 0));

        Assert.Equal((TailVerdict.Matched, 30L, 10L), (outcome.Verdict, outcome.Resume, outcome.Repeated));
    }

    [Fact]
    public void A_record_that_differs_in_the_midst_of_the_lanes_own_is_a_mismatch()
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        source.Append([.. Enumerable.Range(0, 20).Select(i => TailBench.Record(i))]);
        ModelRecord[] records = [.. source.Records];
        target.Append(records[..10], producerId: 5);
        target.Append([records[10], records[11] with { Value = [1] }, records[12]], producerId: 5);

        var outcome = new TailBench(source, target, new Random(1)).Compare(new TailAnchor(4, 4));

        Assert.Equal(TailVerdict.Mismatch, outcome.Verdict);
        Assert.Equal((11, 11), outcome.Differs);
    }

    [Fact]
    public void A_batch_of_the_lanes_own_that_belongs_nowhere_is_a_mismatch()
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        source.Append([.. Enumerable.Range(0, 20).Select(i => TailBench.Record(i))]);
        ModelRecord[] records = [.. source.Records];
        target.Append(records[..10], producerId: 5);
        target.Append([TailBench.Record(99)], producerId: 5);

        var outcome = new TailBench(source, target, new Random(1)).Compare(new TailAnchor(0, 0));

        Assert.Equal((TailVerdict.Mismatch, (10, 10)), (outcome.Verdict, outcome.Differs!.Value));
    }

    [Fact]
    public void Compaction_on_either_side_never_makes_it_skip_what_is_not_there()
    {
        var seed = Seed.Next(output);
        var (exact, all) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(seed + round);
            var (bench, source, target) = Sides(random, others: false);
            bench.Mirror(0, left: random.Next(0, 30), producerId: 42);
            if (bench.Mirrored.Count == 0) continue;
            if (random.Next(2) == 0) source.Compact(record => random.Next(4) > 0);
            if (random.Next(2) == 0) target.Compact(record => random.Next(4) > 0 || record.Offset == target.End - 1);

            var outcome = bench.Compare(Anchor(bench, 0));

            Assert.True(outcome.Verdict != TailVerdict.Mismatch, $"round {round}: {outcome}");
            Assert.True(outcome.Resume <= bench.Mirrored[^1].Source + 1, $"round {round}: {outcome}");
            Assert.True(bench.IsTrue(outcome), $"round {round}: {outcome}");
            var left = source.Records.Count(record => record.Offset >= outcome.Resume && record.Offset <= bench.Mirrored[^1].Source);
            exact += left == 0 ? 1 : 0;
            all++;
        }

        Assert.True(exact > all * 9 / 10, $"{exact} of {all} repeat nothing");
    }

    [Fact]
    public void Where_retention_took_the_beginning_the_rest_says_where_to_go_on()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(seed + round);
            var (bench, source, target) = Sides(random, others: false);
            bench.Mirror(0, left: random.Next(0, 30), producerId: 42);
            if (bench.Mirrored.Count < 10) continue;
            var gone = bench.Mirrored[random.Next(0, bench.Mirrored.Count - 1)];
            if (random.Next(2) == 0) source.LogStart = gone.Source; else target.LogStart = gone.Target;

            var outcome = bench.Compare(Anchor(bench, 0));

            Assert.True(bench.Mirrored[^1].Source + 1 == outcome.Resume, $"round {round}: {outcome}");
            Assert.True(bench.IsTrue(outcome));
        }
    }

    [Fact]
    public void Where_retention_took_all_nothing_is_skipped_and_it_is_said()
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        for (var i = 0; i < 20; i++) source.Append([TailBench.Record(i)]);
        var bench = new TailBench(source, target, new Random(1)) { HasOthers = false };
        bench.Mirror(0, left: 5, producerId: 5);

        target.LogStart = target.End;
        Assert.Equal((TailVerdict.TargetGone, 3L),
            (bench.Compare(new TailAnchor(3, 3)).Verdict, bench.Compare(new TailAnchor(3, 3)).Resume));

        target.LogStart = 0;
        source.LogStart = 18;
        Assert.Equal(TailVerdict.SourceGone, bench.Compare(new TailAnchor(3, 3)).Verdict);
    }

    [Fact]
    public void Records_that_all_equal_each_other_do_no_harm()
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        for (var i = 0; i < 30; i++) source.Append([.. Enumerable.Range(0, 10).Select(_ => TailBench.Record(1, timestamp: 5))]);
        var bench = new TailBench(source, target, new Random(Seed.Next(output))) { HasOthers = false };
        bench.Mirror(0, left: 70, producerId: 5);

        Assert.Equal(230, bench.Compare(new TailAnchor(0, 0)).Resume);
        target.LogStart = 100;
        Assert.Equal(230, bench.Compare(new TailAnchor(0, 0)).Resume);
    }

    [Fact]
    public void A_tail_that_is_too_long_is_compared_as_far_as_it_may_be()
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        for (var i = 0; i < 100; i++) source.Append([TailBench.Record(i)]);
        var bench = new TailBench(source, target, new Random(1)) { HasOthers = false };
        bench.Mirror(0, left: 0, producerId: 5);

        var outcome = bench.Compare(new TailAnchor(0, 0), maxBytes: 1_000);

        Assert.Equal(TailVerdict.Unverified, outcome.Verdict);
        Assert.InRange(outcome.Resume, 1, 99);
        Assert.True(bench.IsTrue(outcome));
    }

    [Fact]
    public void Only_records_of_others_behind_the_position_move_nothing()
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        source.Append([.. Enumerable.Range(0, 20).Select(i => TailBench.Record(i))]);
        target.Append([TailBench.Record(500), TailBench.Record(501)]);

        var outcome = new TailBench(source, target, new Random(1)).Compare(new TailAnchor(0, 0));

        Assert.Equal((TailVerdict.Nothing, 0L, 2L), (outcome.Verdict, outcome.Resume, outcome.Foreign));
    }

    private static TailAnchor Anchor(TailBench bench, int known) =>
        known == 0 ? new TailAnchor(0, 0) : new TailAnchor(bench.Mirrored[known - 1].Source + 1, bench.Mirrored[known - 1].Target + 1);

    private static (TailBench Bench, ModelLog Source, ModelLog Target) Sides(Random random, bool stamps = false, bool others = true)
    {
        var (source, target) = (new ModelLog(), new ModelLog { StampedAt = stamps ? 99 : null });
        var number = 0;
        for (var i = random.Next(1, 30); i > 0; i--)
        {
            ModelRecord[] records = [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => TailBench.Record(number++))];
            var transactional = random.Next(3) == 0;
            var first = source.Append(records, random.Next(2) == 0 ? CompressionCodec.Gzip : CompressionCodec.None, transactional ? 9
                : -1, transactional);
            if (transactional) source.Mark(9, first, aborts: random.Next(2) == 0);
        }

        return (new TailBench(source, target, random) { HasOthers = others }, source, target);
    }
}
