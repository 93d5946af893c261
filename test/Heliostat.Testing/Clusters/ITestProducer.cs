using Heliostat.Testing.RealKafka;

namespace Heliostat.Testing.Clusters;

/// <summary>An open producer; disposing of it closes it, which aborts a transaction that was left open.</summary>
public interface ITestProducer : IAsyncDisposable
{
    /// <summary>
    /// Sends, flushes, and returns the offset of each record. One call makes one batch per partition where batch.size allows it.
    /// </summary>
    Task<long[]> SendAsync(string topic, IEnumerable<KafkaRecord> records, CancellationToken ct);

    Task BeginAsync(CancellationToken ct);

    Task CommitAsync(CancellationToken ct);

    Task AbortAsync(CancellationToken ct);
}
