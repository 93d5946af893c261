using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Mirroring.Tests.Clusters;

public sealed class ClientSettingsTests
{
    /// <summary>Kafka takes any number for these; the runtime's timers do not.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Times_that_no_timer_takes_are_the_nearest_that_one_does(long milliseconds)
    {
        var asked = milliseconds == long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(milliseconds);
        var options = new SourceClientOptions
        {
            BootstrapServers = [],
            GroupId = "g",
            MetadataMaxAge = asked,
            ConnectionsMaxIdle = asked,
            SocketConnectionSetupTimeout = asked,
            RetryBackoffMax = asked,
            RequestTimeout = asked,
        };

        var client = ClientSettings.Client(options, "source", "x");

        foreach (var time in (TimeSpan[])[client.MetadataMaxAge, client.ConnectionsMaxIdle, client.ConnectTimeout, client.RetryBackOffMax, client.RequestTimeout])
        {
            using var timer = new PeriodicTimer(time);
        }
    }
}
