using Heliostat.Mirroring.Comparing;
using Heliostat.Protocol.Compression;
using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Comparing;

/// <summary>Reading a log for comparison: all records, no others, and each hole.</summary>
public sealed class LogCursorTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_record_comes_once_and_every_hole_is_told()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < 300; round++)
        {
            var random = new Random(seed + round);
            var log = new ModelLog();
            for (var i = 0; i < 40; i++)
            {
                var transactional = random.Next(3) == 0;
                var first = log.Append([.. Enumerable.Range(0, random.Next(1, 9)).Select(n => new ModelRecord(n, null, [(byte)n]))],
                    CompressionCodec.Gzip, transactional ? 5 : -1, transactional);
                if (transactional) log.Mark(5, first, aborts: random.Next(2) == 0);
            }

            var all = log.Records.Select(record => record.Offset).ToHashSet();
            if (round % 2 == 0) log.Compact(record => random.Next(3) > 0);
            var start = random.Next(0, (int)log.End);

            var read = Read(log, start, random);

            var left = log.Records.Where(record => record.Offset >= start).Select(record => record.Offset).ToList();
            Assert.True(left.SequenceEqual(read.Select(record => record.Offset)), $"round {round}");
            var covered = (long)start;
            foreach (var record in read)
            {
                var gone = Enumerable.Range((int)covered, (int)(record.Offset - covered)).Count(offset => all.Contains(offset));
                Assert.True(gone <= record.Hole, $"round {round} at {record.Offset}: {gone} of {record.Hole}");
                covered = record.Offset + 1;
            }

            Assert.True(round % 2 == 0 || read.All(record => record.Hole == 0));
        }
    }

    [Fact]
    public void It_goes_back_and_reads_the_same_again()
    {
        var seed = Seed.Next(output);
        for (var round = 0; round < 100; round++)
        {
            var random = new Random(seed + round);
            var log = new ModelLog();
            for (var i = 0; i < 20; i++)
            {
                var first = log.Append([.. Enumerable.Range(0, random.Next(1, 9)).Select(n => new ModelRecord(n, null, [(byte)n]))],
                    CompressionCodec.None, 5, true);
                log.Mark(5, first, aborts: random.Next(2) == 0);
            }

            using var buffer = new DecompressionBuffer();
            var cursor = new LogCursor(0, log.End, buffer);
            var before = Read(cursor, log, random, most: random.Next(1, 60));
            if (before.Count == 0) continue;
            var place = before[random.Next(before.Count)];

            cursor.Seek(place.Offset, place.Hole);

            Assert.Equal(log.Records.Select(record => record.Offset).Where(offset => offset >= place.Offset),
                Read(cursor, log, random, int.MaxValue).Select(record => record.Offset));
        }
    }

    private static List<LogRecord> Read(ModelLog log, long start, Random random)
    {
        using var buffer = new DecompressionBuffer();
        return Read(new LogCursor(start, log.End, buffer), log, random, int.MaxValue);
    }

    private static List<LogRecord> Read(LogCursor cursor, ModelLog log, Random random, int most)
    {
        List<LogRecord> read = [];
        while (read.Count < most)
        {
            if (cursor.TryPeek(out var record))
            {
                read.Add(record);
                cursor.Advance();
            }
            else if (cursor.IsAtEnd)
            {
                break;
            }
            else
            {
                cursor.Take(log.Page(cursor.PageAt, random.Next(1, 500)));
            }
        }

        return read;
    }
}
