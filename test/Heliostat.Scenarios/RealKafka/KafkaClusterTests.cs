using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>The fixture itself: what the other tests stand on.</summary>
public sealed class KafkaClusterTests
{
    [KafkaTheory("3.9.1", "0.10.2.2")]
    [InlineData("4.3.1")]
    [InlineData("3.9.1")]
    [InlineData("0.10.2.2")]
    public async Task A_cluster_of_each_version_starts(string version)
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Version = version }, CancellationToken.None);

        Assert.Equal(version, cluster.Kafka.Version);
        Assert.NotEqual(0, cluster.Broker(1).ProcessId);
    }

    [KafkaFact]
    public async Task A_killed_broker_comes_back_on_its_data_and_port()
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Brokers = 2 }, CancellationToken.None);
        var before = cluster.Broker(2).ProcessId;

        await cluster.KillBrokerAsync(2, CancellationToken.None);
        await cluster.StartBrokerAsync(2, CancellationToken.None);

        Assert.NotEqual(before, cluster.Broker(2).ProcessId);
    }
}
