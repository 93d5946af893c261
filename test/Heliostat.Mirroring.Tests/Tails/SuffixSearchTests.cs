using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Tests.Comparing;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Tests.Tails;

/// <summary>A position of which nobody said where it is on the target.</summary>
public sealed class SuffixSearchTests
{
    [Fact]
    public void The_targets_last_records_say_where_to_go_on()
    {
        var (source, target) = (Log(0, 200), Log(0, 130));

        var outcome = Search(source, target, next: 100);

        Assert.Equal((TailVerdict.Matched, 130L, 129L), (outcome.Verdict, outcome.Resume, outcome.LastTarget));
    }

    [Fact]
    public void Where_the_target_ends_before_the_position_nothing_is_skipped()
    {
        Assert.Equal((TailVerdict.Nothing, 100L), Place(Search(Log(0, 200), Log(0, 100), next: 100)));
        Assert.Equal((TailVerdict.Nothing, 0L), Place(Search(Log(0, 200), new ModelLog(), next: 0)));
    }

    [Fact]
    public void Of_several_places_the_earliest_is_taken_and_it_is_said()
    {
        var source = new ModelLog();
        for (var i = 0; i < 50; i++) source.Append([TailBench.Record(1, timestamp: 7)]);
        var target = new ModelLog();
        for (var i = 0; i < 30; i++) target.Append([TailBench.Record(1, timestamp: 7)]);

        Assert.Equal((TailVerdict.Ambiguous, 11L), Place(Search(source, target, next: 10)));
    }

    private static (TailVerdict, long) Place(TailOutcome outcome) => (outcome.Verdict, outcome.Resume);

    private static ModelLog Log(int from, int count)
    {
        var log = new ModelLog();
        for (var i = 0; i < count; i += 10) log.Append([.. Enumerable.Range(from + i, Math.Min(10, count - i)).Select(n =>
            TailBench.Record(n))]);
        return log;
    }

    private static TailOutcome Search(ModelLog source, ModelLog target, long next)
    {
        using var buffer = new DecompressionBuffer();
        var cursor = new LogCursor(0, target.End, buffer);
        List<LogRecord> suffix = [];
        while (!cursor.IsAtEnd)
        {
            while (cursor.TryPeek(out var record))
            {
                suffix.Add(record);
                cursor.Advance();
            }

            if (!cursor.IsAtEnd) cursor.Take(target.Page(cursor.PageAt, 1_000_000));
        }

        var search = new SuffixSearch(suffix.Count > 64 ? suffix[^64..] : suffix, next, long.MaxValue, buffer);
        while (search.Run()) search.TakeSource(source.Page(search.SourceAt, 1_000_000));
        return search.Outcome();
    }
}
