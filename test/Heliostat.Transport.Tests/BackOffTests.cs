namespace Heliostat.Transport.Tests;

public class BackOffTests
{
    [Fact]
    public void Doubles_up_to_the_cap_and_never_overflows()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), random: null);

        Assert.Equal(
            [0, 50, 100, 200, 400, 800, 1000, 1000, 1000],
            new[] { 0, 1, 2, 3, 4, 5, 6, 60, int.MaxValue }.Select(failures => backOff.Next(failures).TotalMilliseconds));
    }

    [Fact]
    public void Jitter_stays_within_its_share()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), new Random(7));

        var waits = Enumerable.Range(0, 1000).Select(_ => backOff.Next(1).TotalMilliseconds).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, 80, 120));
        Assert.True(waits.Max() - waits.Min() > 30);
    }
}
