using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Losses;

public sealed class LossBookTests
{
    private static readonly TopicPartition Lane = new("orders", 0);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly LossCounts _counts = new();

    [Fact]
    public void Of_any_number_of_records_that_rules_do_not_take_each_is_counted_and_some_are_told_one_by_one()
    {
        var ledger = new LossLedger(_time);
        var book = new LossBook(LossPolicies.Default, ledger, _ => "way on", _log, _time, _counts);
        for (var at = 0; at < 6000; at++)
        {
            book.Tell(Failed(at % 3000), LossAction.Record);
        }

        Assert.Equal(3000, Assert.Single(_counts.All).Times);
        Assert.Equal(10, _log.Lines.Count);
        book.TellRest(all: false);
        Assert.Equal(10, _log.Lines.Count);

        _time.Advance(TimeSpan.FromSeconds(1));
        book.TellRest(all: false);
        Assert.Equal(11, _log.Lines.Count);
        Assert.Contains(
            "source: orders-0 at offsets 10 to 2999: 2990 more records that transforms do not take; the last: orders-0 at offset 2999: "
                + "transform t: no JSON", _log.Lines.Last(), StringComparison.Ordinal);
        Assert.Equal(11, ledger.Unsaved.Count);
    }

    [Fact]
    public void What_was_gathered_is_told_before_what_comes_later_and_when_the_lane_or_all_ends()
    {
        var book = new LossBook(LossPolicies.Default, ledger: null, _ => "way on", _log, _time, _counts);
        Tell(book, 0, 12);
        _time.Advance(TimeSpan.FromSeconds(2));
        Tell(book, 12, 12);
        Assert.Equal(21, _log.Lines.Count);
        Assert.Contains("at offsets 10 to 11: 2 more", _log.Lines.ElementAt(10), StringComparison.Ordinal);

        book.Forget(Lane);
        Assert.Contains("at offsets 22 to 23: 2 more", _log.Lines.Last(), StringComparison.Ordinal);
        Tell(book, 24, 11);
        book.TellRest(all: true);
        Assert.Equal(33, _log.Lines.Count);
        Assert.Contains("orders-0 at offset 34: transform t", _log.Lines.Last(), StringComparison.Ordinal);
        Assert.Equal(35, Assert.Single(_counts.All).Times);
    }

    [Fact]
    public void Records_of_another_log_are_told_at_offsets_that_were_told_before()
    {
        var book = new LossBook(LossPolicies.Default, ledger: null, _ => "way on", _log, _time, _counts);
        Tell(book, 0, 5);
        book.ForgetRecords(Lane);
        Tell(book, 0, 5);

        Assert.Equal(10, Assert.Single(_counts.All).Times);
        Assert.Equal(10, _log.Lines.Count);
    }

    private static void Tell(LossBook book, int from, int count)
    {
        for (var at = from; at < from + count; at++)
        {
            book.Tell(Failed(at), LossAction.Record);
        }
    }

    private static Loss Failed(long at) => LaneCauses.Untransformed(Lane, at, "t: no JSON");
}
