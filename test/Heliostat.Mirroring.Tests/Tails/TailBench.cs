using System.Text;
using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Tests.Comparing;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Tests.Tails;

/// <summary>Two logs, a mirror that copied some of the one into the other, and the comparison of both.</summary>
internal sealed class TailBench(ModelLog source, ModelLog target, Random random)
{
    /// <summary>Of each mirrored record: its place on both sides, in the order in which they were mirrored.</summary>
    public List<(long Source, long Target)> Mirrored { get; } = [];

    public static ModelRecord Record(int number, int timestamp = -1) =>
        new(timestamp < 0 ? number : timestamp, Encoding.ASCII.GetBytes($"k{number % 7}"), Encoding.ASCII.GetBytes($"value {number}"));

    /// <summary>
    /// The source's records from <paramref name="from"/> on, but for the last <paramref name="left"/>, in batches of any size.
    /// </summary>
    public void Mirror(long from, int left, long producerId)
    {
        var records = source.Records.Where(record => record.Offset >= from && Keeps(record)).ToList();
        records.RemoveRange(Math.Max(0, records.Count - left), Math.Min(left, records.Count));
        for (var i = 0; i < records.Count;)
        {
            var count = Math.Min(random.Next(1, 12), records.Count - i);
            var batch = records.GetRange(i, count);
            var first = target.Append([.. batch.Select(record => record with { Source = record.Offset })], Codec(), producerId);
            Mirrored.AddRange(batch.Select((record, k) => (record.Offset, first + k)));
            i += count;
            if (random.Next(6) == 0) Disturb();
        }
    }

    public TailOutcome Compare(TailAnchor anchor, long maxBytes = long.MaxValue)
    {
        using var buffer = new DecompressionBuffer();
        var match = new TailMatch(anchor, target.End, maxBytes, buffer, Rules);
        for (var pages = 0; pages < 10_000; pages++)
        {
            switch (match.Run())
            {
                case PageWant.Source:
                    match.TakeSource(source.Page(match.SourceAt, random.Next(1, 600)));
                    break;
                case PageWant.Target:
                    match.TakeTarget(target.Page(match.TargetAt, random.Next(1, 600)));
                    break;
                default:
                    return match.Outcome();
            }
        }

        throw new InvalidOperationException("the comparison does not end");
    }

    /// <summary>Whether each run says where its records really stand.</summary>
    public bool IsTrue(TailOutcome outcome)
    {
        var facts = Mirrored.ToHashSet();
        return outcome.Runs.All(run => Enumerable.Range(0, (int)run.Count).All(i => facts.Contains((run.Source + i, run.Target + i))));
    }

    /// <summary>What the mirror makes of records, and which it keeps by that.</summary>
    public RecordRules? Rules { get; init; }

    public Func<ModelRecord, bool> Keeps { get; init; } = static _ => true;

    public bool HasOthers { get; set; } = true;

    private CompressionCodec Codec() =>
        random.Next(3) switch { 0 => CompressionCodec.Gzip, 1 => CompressionCodec.Lz4, _ => CompressionCodec.None };

    /// <summary>Others write, and transactions end.</summary>
    private void Disturb()
    {
        if (!HasOthers) return;
        if (random.Next(2) == 0)
        {
            target.Append([.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Record(1_000_000 + random.Next(1_000)))], Codec(),
                producerId: random.Next(2) == 0 ? -1 : 77);
        }
        else
        {
            var first = target.Append([Record(2_000_000)], Codec(), 88, isTransactional: true);
            target.Mark(88, first, aborts: random.Next(2) == 0);
        }
    }
}
