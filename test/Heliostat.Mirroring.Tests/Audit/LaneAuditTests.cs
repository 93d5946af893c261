using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Tests.Comparing;
using Heliostat.Mirroring.Tests.Tails;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Audit;

/// <summary>An audit finds each fault that is planted, and nothing else.</summary>
public sealed class LaneAuditTests(ITestOutputHelper output)
{
    private const int All = 400;

    [Fact]
    public void What_is_the_same_is_verified_however_it_was_batched_and_nothing_is_found()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < 200; round++)
        {
            var random = new Random(seed + round);
            var (source, target) = Sides(random, (_, record) => [record]);

            var audit = Run(source, target, random);

            Assert.True(audit.Findings.Count == 0, $"round {round}: {string.Join(' ', audit.Findings)}");
            Assert.Equal(new LaneCounts { Verified = All, VerifiedInBatches = audit.Counts.VerifiedInBatches, Bytes = audit.Counts.Bytes },
                audit.Counts);
        }
    }

    [Theory]
    [InlineData("dropped", nameof(AuditKind.Missing))]
    [InlineData("doubled", nameof(AuditKind.Duplicate))]
    [InlineData("swapped", nameof(AuditKind.Reordered))]
    [InlineData("flipped", nameof(AuditKind.Differs))]
    [InlineData("header", nameof(AuditKind.Differs))]
    [InlineData("foreign", nameof(AuditKind.Foreign))]
    [InlineData("timestamp", nameof(AuditKind.Timestamp))]
    public void Each_planted_fault_is_found_and_nothing_else(string fault, string expected)
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < 100; round++)
        {
            var random = new Random(seed + round);
            var at = random.Next(0, All - 1);
            ModelRecord? held = null;
            var (source, target) = Sides(random, (i, record) =>
            {
                var before = held;
                held = null;
                if (before is not null) return [record, before];
                if (i != at) return [record];
                switch (fault)
                {
                    case "dropped": return [];
                    case "doubled": return [record, record];
                    case "swapped": held = record; return [];
                    case "flipped": return [record with { Value = [.. record.Value!.Select((b, k) => k == 3 ? (byte)(b ^ 1) : b)] }];
                    case "header": return [record with { Header = [1] }];
                    case "foreign": return [record, TailBench.Record(9_999)];
                    default: return [record with { Timestamp = record.Timestamp + 1 }];
                }
            });

            var audit = Run(source, target, random);

            Assert.True(audit.Findings.Count == 1 && audit.Findings[0].Kind.ToString() == expected
                && audit.Findings[0].Count == 1, $"round {round} at {at}: {string.Join(' ', audit.Findings)}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bit_that_flipped_on_a_disk_is_told_from_a_record_that_was_changed(bool onSource)
    {
        var random = new Random(Seed.Next(output));
        var (source, target) = (new ModelLog(), new ModelLog());
        for (var i = 0; i < 20; i++)
        {
            ModelRecord[] batch = [.. Enumerable.Range(i * 10, 10).Select(n => TailBench.Record(n))];
            source.Append(batch);
            target.Append(batch);
        }

        var audit = Run(source, target, random, damage: (page, isSource) => isSource == onSource ? Flip(page, 50) : page);

        Assert.Equal([AuditKind.Damaged, AuditKind.Differs], audit.Findings.Select(finding => finding.Kind).Order().Reverse());
        Assert.Equal(199, audit.Counts.Verified);
    }

    [Fact]
    public void Records_that_stand_there_again_in_a_long_run_are_duplicates_all()
    {
        var random = new Random(Seed.Next(output));
        var (source, target) = (new ModelLog(), new ModelLog());
        for (var i = 0; i < 2_000; i += 10) source.Append([.. Enumerable.Range(i, 10).Select(n => TailBench.Record(n))]);
        var bench = new TailBench(source, target, random) { HasOthers = false };
        bench.Mirror(0, left: 800, producerId: -1);
        bench.Mirror(200, left: 0, producerId: -1);

        var audit = Run(source, target, random);

        Assert.Equal([new AuditFinding(AuditKind.Duplicate, -1, 1_200, 1_000)], audit.Findings);
        Assert.Equal(2_000, audit.Counts.Verified);
    }

    [Fact]
    public void What_compaction_took_on_either_side_is_gone_and_no_fault()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < 200; round++)
        {
            var random = new Random(seed + round);
            var (source, target) = Sides(random, (_, record) => [record]);
            if (round % 2 == 0) source.Compact(record => random.Next(5) > 0);
            if (round % 3 > 0) target.Compact(record => random.Next(5) > 0);

            var audit = Run(source, target, random);

            Assert.True(audit.Findings.Count == 0, $"round {round}: {string.Join(' ', audit.Findings)}");
            var both = source.Records.Select(record =>
                record.Timestamp).Intersect(target.Records.Select(record => record.Timestamp)).Count();
            Assert.Equal(both, audit.Counts.Verified);
        }
    }

    [Fact]
    public void What_the_target_does_not_hold_yet_is_behind_and_before_a_stored_position_it_is_missing()
    {
        var random = new Random(Seed.Next(output));
        var (source, target) = Sides(random, (i, record) => i < 300 ? [record] : []);
        var stored = source.Records.ElementAt(350).Offset;

        var behind = Run(source, target, random);
        var missing = Run(source, target, random, expectedTo: stored);

        Assert.Empty(behind.Findings);
        Assert.Equal((300, 100), (behind.Counts.Verified, behind.Counts.Behind));
        Assert.Equal((300, 50), (missing.Counts.Verified, missing.Counts.Behind));
        Assert.Equal(50, missing.Findings.Sum(finding => finding.Kind == AuditKind.Missing ? finding.Count : 0));
    }

    /// <summary>The last byte of the value of a record's batch, in a page that has it.</summary>
    private static LogPage Flip(LogPage page, long offset)
    {
        var bytes = page.Records.ToArray();
        var walker = new BatchWalker(bytes);
        while (walker.MoveNext())
        {
            var batch = bytes.AsSpan(walker.Current.Offset, walker.Current.Size);
            if (new RecordBatchHeader(batch).BaseOffset == offset) batch[^2] ^= 1;
        }

        return page with { Records = bytes };
    }

    private static LaneAudit Run(ModelLog source, ModelLog target, Random random, long expectedTo = -1, Func<LogPage, bool,
        LogPage>? damage = null)
    {
        using var buffer = new DecompressionBuffer();
        var audit = new LaneAudit(new AuditStart(0, 0), source.End, target.End, expectedTo, buffer);
        for (var pages = 0; pages < 100_000; pages++)
        {
            switch (audit.Run())
            {
                case PageWant.Source:
                    audit.TakeSource(Read(source, audit.SourceAt, true));
                    break;
                case PageWant.Target:
                    audit.TakeTarget(Read(target, audit.TargetAt, false));
                    break;
                default:
                    return audit;
            }
        }

        throw new InvalidOperationException("the audit does not end");

        LogPage Read(ModelLog log, long offset, bool isSource)
        {
            var page = log.Page(offset, random.Next(1, 2_000));
            return damage?.Invoke(page, isSource) ?? page;
        }
    }

    /// <summary>
    /// A source with transactions in it, and a target that holds what <paramref name="mirror"/> makes of each record, in other batches.
    /// </summary>
    private static (ModelLog Source, ModelLog Target) Sides(Random random, Func<int, ModelRecord, ModelRecord[]> mirror)
    {
        var (source, target) = (new ModelLog(), new ModelLog());
        var number = 0;
        while (number < All)
        {
            ModelRecord[] records = [.. Enumerable.Range(0, Math.Min(random.Next(1, 20), All - number)).Select(_ =>
                TailBench.Record(number++))];
            var transactional = random.Next(4) == 0;
            var first = source.Append(records, CompressionCodec.None, transactional ? 9 : -1, transactional);
            if (transactional) source.Mark(9, first, aborts: false);
        }

        var copies = source.Records.SelectMany((record, i) => mirror(i, record)).ToList();
        for (var i = 0; i < copies.Count;)
        {
            var count = Math.Min(random.Next(1, 20), copies.Count - i);
            target.Append(copies.GetRange(i, count), random.Next(2) == 0 ? CompressionCodec.None : CompressionCodec.Gzip);
            i += count;
        }

        return (source, target);
    }
}
