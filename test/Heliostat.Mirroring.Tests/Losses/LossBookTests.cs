using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Losses;

public sealed class LossBookTests
{
    [Fact]
    public void Any_number_of_records_that_rules_do_not_take_is_told_once_and_kept_in_bounds()
    {
        var counts = new LossCounts();
        var ledger = new LossLedger(TimeProvider.System);
        var book = new LossBook(LossPolicies.Default, ledger, _ => "way on", NullLogger.Instance, counts);
        for (var at = 0; at < 6000; at++)
        {
            book.Tell(LaneCauses.Untransformed(new TopicPartition("orders", 0), at % 3000, "t: no JSON"), LossAction.Record);
        }

        Assert.Equal(3000, Assert.Single(counts.All).Times);
        Assert.InRange(ledger.Unsaved.Count, 1, 1000);
    }
}
