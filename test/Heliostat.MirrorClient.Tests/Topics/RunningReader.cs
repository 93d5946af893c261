using System.Collections.Concurrent;
using System.Text;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Topics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.MirrorClient.Tests.Topics;

/// <summary>A reader that runs, and what it delivered: "partition/offset key=value".</summary>
internal sealed class RunningReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public RunningReader(KafkaClient client, string topic, CompactedTopicOptions options, Action<CompactedRecord>? deliver = null)
    {
        Reader = new CompactedTopicReader(client, topic, options, record =>
        {
            deliver?.Invoke(record);
            Records.Enqueue(Show(record));
        }, TimeProvider.System, NullLoggerFactory.Instance);
        Run = Reader.RunAsync(_stop.Token);
    }

    public CompactedTopicReader Reader { get; }

    public Task Run { get; }

    public ConcurrentQueue<string> Records { get; } = new();

    public static string Show(CompactedRecord record) => $"{record.Partition}/{record.Offset} {Text(record.Key)}={Text(record.Value)}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Run);
        _stop.Dispose();
    }

    private static string Text(byte[]? bytes) => bytes is null ? "null" : Encoding.UTF8.GetString(bytes);
}
