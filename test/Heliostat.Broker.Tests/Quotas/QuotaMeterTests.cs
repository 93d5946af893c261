using Heliostat.Broker.Quotas;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Quotas;

public sealed class QuotaMeterTests
{
    [Fact]
    public void Clients_that_are_silent_for_long_enough_are_forgotten_and_debts_are_not()
    {
        var time = new ManualTimeProvider();
        var meter = new QuotaMeter(time);
        for (var n = 0; n < 100; n++) meter.Record("u", $"client-{n}", "k", bytesPerSecond: 1000, byteCount: 10);
        meter.Record("u", "greedy", "k", bytesPerSecond: 1000, byteCount: 100_000);

        time.Advance(TimeSpan.FromSeconds(11));
        var silence = meter.Record("u", "greedy", "k", bytesPerSecond: 1000, byteCount: 0);

        Assert.Equal(1, meter.Count);
        Assert.True(silence > TimeSpan.FromSeconds(20));
    }
}
