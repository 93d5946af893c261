using System.Text.Json;
using Heliostat.Testing.Clusters;

namespace Heliostat.Testing.RealKafka;

/// <summary>An open Java producer; disposing of it closes it, which aborts a transaction that was left open.</summary>
public sealed class JavaProducer : ITestProducer
{
    private readonly JavaClient _client;

    internal JavaProducer(JavaClient client, string name)
    {
        _client = client;
        Name = name;
    }

    internal string Name { get; }

    /// <summary>
    /// Sends, flushes, and returns the offset of each record. One call makes one batch per partition where linger.ms and batch.size allow
    /// it.
    /// </summary>
    public Task<long[]> SendAsync(string topic, IEnumerable<KafkaRecord> records, CancellationToken ct) =>
        _client.CallAsync<long[]>("send", new()
        {
            ["producer"] = Name,
            ["topic"] = topic,
            ["records"] = JsonSerializer.SerializeToNode(records, JsonSerializerOptions.Web),
        }, ct);

    public Task BeginAsync(CancellationToken ct) => _client.CallAsync("begin", new() { ["producer"] = Name }, ct);

    public Task CommitAsync(CancellationToken ct) => _client.CallAsync("commit", new() { ["producer"] = Name }, ct);

    public Task AbortAsync(CancellationToken ct) => _client.CallAsync("abort", new() { ["producer"] = Name }, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await _client.CallAsync("closeProducer", new() { ["producer"] = Name }, CancellationToken.None);
}
