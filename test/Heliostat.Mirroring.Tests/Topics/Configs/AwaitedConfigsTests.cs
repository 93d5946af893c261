using Heliostat.Mirroring.Topics.Configs;

namespace Heliostat.Mirroring.Tests.Topics.Configs;

public sealed class AwaitedConfigsTests
{
    private const string After = "message.timestamp.after.max.ms";

    [Theory]
    [InlineData("3600000", false)]
    [InlineData("7200000", true)]
    public void What_refused_does_not_come_back_and_a_new_value_is_taken_up(string fromSource, bool isSent)
    {
        var awaited = new AwaitedConfigs();
        awaited.Await("A.t", new Dictionary<string, string?> { [After] = "3600000" });

        Assert.Equal(isSent, Sent(awaited, "A.t", new ConfigChange(After, ConfigOperation.Set, fromSource, "9000000")));
    }

    [Fact]
    public void A_limit_that_was_raised_by_hand_does_not_return_to_the_default_once_the_lane_goes_on()
    {
        var awaited = new AwaitedConfigs();
        awaited.Await("A.t", new Dictionary<string, string?> { [After] = "3600000" });
        awaited.GoOn("A.t");

        Assert.Empty(awaited.Waiting);
        Assert.False(Sent(awaited, "A.t", new ConfigChange(After, ConfigOperation.Delete, null, "9000000")));
        Assert.True(Sent(awaited, "A.t", new ConfigChange("retention.ms", ConfigOperation.Delete, null, "1")));
        Assert.True(Sent(awaited, "A.u", new ConfigChange(After, ConfigOperation.Delete, null, "9000000")));
    }

    private static bool Sent(AwaitedConfigs awaited, string topic, ConfigChange change) =>
        awaited.Kept(new ConfigPlan([new TopicConfigPlan(topic, [change], [])], [])).Topics.Count == 1;
}
