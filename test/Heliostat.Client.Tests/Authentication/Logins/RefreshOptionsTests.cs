using Heliostat.Client.Authentication.Logins;

namespace Heliostat.Client.Tests.Authentication.Logins;

public sealed class RefreshOptionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Seconds from now: life began, life ends, chance 0 to 1; and the expected renewal. Defaults: factor 0.8, jitter 0.05, period 60,
    /// buffer 300.
    /// </summary>
    [Theory]
    [InlineData(0, 3600, 0, 2880)]
    [InlineData(0, 3600, 1, 3060)]
    [InlineData(0, 3600, 0.5, 2970)]
    [InlineData(-3600, 3600, 0, 2160)]
    [InlineData(0, 1500, 0, 1200)]
    [InlineData(0, 1499, 0, 1199)]
    [InlineData(0, 1000, 0, 700)]
    [InlineData(0, 361, 0, 61)]
    [InlineData(0, 360, 0, 60)]
    [InlineData(0, 359, 0, 287.2)]
    [InlineData(0, 359, 1, 305.15)]
    [InlineData(-3600, 359, 0, 287.2)]
    [InlineData(-3600, 400, 0, 60)]
    [InlineData(0, 30, 0, 24)]
    public void A_renewal_falls_into_its_window(double start, double expires, double chance, double renewal)
    {
        var at = new RefreshOptions().At(Now.AddSeconds(start), Now.AddSeconds(expires), Now, chance);

        Assert.Equal(renewal, (at - Now).TotalSeconds, 3);
    }

    [Fact]
    public void A_life_without_a_beginning_begins_now() =>
        Assert.Equal(Now.AddSeconds(2880), new RefreshOptions().At(null, Now.AddSeconds(3600), Now, 0));
}
