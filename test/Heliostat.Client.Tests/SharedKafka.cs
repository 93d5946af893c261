using Heliostat.Testing.RealKafka;

namespace Heliostat.Client.Tests;

/// <summary>One real broker for all tests that can share it, started by the first that asks.</summary>
public sealed class SharedKafka : IAsyncLifetime
{
    private readonly Lazy<Task<KafkaCluster>> _cluster = new(() => KafkaCluster.StartAsync(new(), CancellationToken.None));

    public Task<KafkaCluster> ClusterAsync() => _cluster.Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_cluster.IsValueCreated)
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }
}
