using Heliostat.Testing;
using Heliostat.Testing.Clusters;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>Numbered records that keep coming, a second's worth at a time, until the test has seen what it wanted to see.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Task _running;

    private Load(ITestClient client, string topic, int partitions, int perSecond) =>
        _running = RunAsync(client, topic, partitions, perSecond, _over.Token);

    public static Load Start(ITestClient client, string topic, int partitions, int perSecond) => new(client, topic, partitions, perSecond);

    /// <summary>Returns once all that was begun is acknowledged.</summary>
    public async Task StopAsync()
    {
        await _over.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Eventually.EndsAsync("the load", Task.WhenAny(_running));
        _over.Dispose();
    }

    private static async Task RunAsync(ITestClient client, string topic, int partitions, int perSecond, CancellationToken over)
    {
        await Task.Yield();
        for (long sent = 0; !over.IsCancellationRequested; sent += perSecond)
        {
            await client.GenerateAsync(topic, new()
            {
                First = sent,
                Count = perSecond,
                PerSecond = perSecond,
                Partitions = partitions,
                Keys = 100,
                Config = new Dictionary<string, string> { ["linger.ms"] = "20" },
            }, CancellationToken.None);
        }
    }
}
