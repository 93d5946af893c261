using Heliostat.Testing.RealKafka;

namespace Heliostat.Testing.Clusters;

/// <summary>A cluster that a test may break: real brokers or embedded ones. Broker ids count from 1.</summary>
public interface ITestCluster : IAsyncDisposable
{
    /// <summary>All brokers, for bootstrap.servers.</summary>
    string BootstrapServers { get; }

    /// <summary>What produces and reads back: a witness that is not the code under test.</summary>
    ITestClient Client { get; }

    /// <summary>Whether it runs in this process, so that everything about it takes milliseconds.</summary>
    bool IsEmbedded { get; }

    /// <summary>Stops a broker in good order; returns once it is gone.</summary>
    Task StopBrokerAsync(int id, CancellationToken ct);

    /// <summary>Ends a broker without a word; returns once it is gone.</summary>
    Task KillBrokerAsync(int id, CancellationToken ct);

    /// <summary>Starts a stopped or killed broker on the data it had; returns once it answers.</summary>
    Task StartBrokerAsync(int id, CancellationToken ct);

    /// <summary>The batches that lie in the log of a partition on one broker.</summary>
    Task<StoredBatch[]> DumpAsync(string topic, int partition, int broker, CancellationToken ct);
}
