using Heliostat.Configuration.Dialects.Quick;

namespace Heliostat.Configuration.Tests.Settings;

public sealed class TimerTests
{
    /// <summary>Kafka takes any number for these; the runtime's timers do not.</summary>
    [Theory]
    [InlineData("0", "0")]
    [InlineData("9223372036854775807", "2147483647")]
    public void Times_that_no_timer_takes_are_the_nearest_that_one_does(string milliseconds, string ofAnInteger)
    {
        var options = new QuickMirrorOptions
        {
            From = "a:1",
            To = "b:1",
            Topics = ".*",
            ConsumerProperties =
            [
                $"metadata.max.age.ms={milliseconds}", $"connections.max.idle.ms={milliseconds}",
                $"socket.connection.setup.timeout.ms={milliseconds}", $"retry.backoff.max.ms={milliseconds}",
                $"request.timeout.ms={ofAnInteger}",
            ],
        };

        var client = QuickMirror.Translate(options).Flow.SourceConsumer.Client;

        foreach (var time in (TimeSpan[])[client.MetadataMaxAge, client.ConnectionsMaxIdle, client.ConnectTimeout, client.RetryBackOffMax,
            client.RequestTimeout])
        {
            using var timer = new PeriodicTimer(time);
        }
    }
}
