using System.Collections.Concurrent;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Topics;
using Heliostat.Protocol;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>Internal topics that are read from their beginning, and followed.</summary>
/// <param name="open">Each topic is read over a client of its own: fetches of one connection wait for each other.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Where to.</param>
internal sealed class FollowedTopics(Func<KafkaClient> open, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly CancellationTokenSource _done = new();
    private readonly List<(KafkaClient Client, CompactedTopicReader Reader, Task Running)> _topics = [];
    private readonly ConcurrentDictionary<string, int> _behind = new(StringComparer.Ordinal);
    private int _damaged;

    /// <summary>What was committed behind transactions that are open is waited for (<see cref="CompactedTopicOptions"/>).</summary>
    public bool AwaitsTransactions { get; init; }

    /// <summary>Some topic is followed no more.</summary>
    public bool HasEnded => _topics.Exists(topic => topic.Running.IsCompleted);

    /// <summary>Whether somebody waits for a topic to be read.</summary>
    public bool IsBehind(string topic) => _behind.GetValueOrDefault(topic) > 0;

    /// <summary>
    /// How many records could not be read since this was last asked; they are passed over, as MirrorMaker 2's readers do.
    /// </summary>
    public int TakeDamaged() => Interlocked.Exchange(ref _damaged, 0);

    /// <summary>Ends when all is taken in that the topics held when this was called.</summary>
    /// <exception cref="Client.KafkaErrorException">A topic is not there or may not be read.</exception>
    public Task ToEndAsync(CancellationToken ct) => Settling.AllAsync(_topics.Select(topic => ReadToEndAsync(topic.Reader, ct)));

    /// <summary>Begins to read one.</summary>
    public void Follow(string topic, Action<CompactedRecord> take)
    {
        var client = open();
        var options = new CompactedTopicOptions { AwaitsTransactions = AwaitsTransactions };
        var reader = new CompactedTopicReader(client, topic, options, record => TryTake(record, take), time, loggers);
        _topics.Add((client, reader, RunAsync(client, reader)));
    }

    public async ValueTask DisposeAsync()
    {
        await _done.CancelSoonAsync();
        await Settling.AllAsync(_topics.Select(topic => topic.Running)).SettleAsync();
        foreach (var (client, _, _) in _topics)
        {
            await client.DisposeAsync();
        }

        _done.Dispose();
    }

    private async Task ReadToEndAsync(CompactedTopicReader reader, CancellationToken ct)
    {
        _behind.AddOrUpdate(reader.Topic, 1, static (_, waiting) => waiting + 1);
        try
        {
            await reader.ReadToEndAsync(ct);
        }
        finally
        {
            _behind.AddOrUpdate(reader.Topic, 0, static (_, waiting) => waiting - 1);
        }
    }

    private async Task RunAsync(KafkaClient client, CompactedTopicReader reader)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_done.Token);
        var refreshing = client.RunAsync(over.Token);
        try
        {
            await reader.RunAsync(over.Token);
        }
        finally
        {
            await over.CancelSoonAsync();
            await refreshing.SettleAsync();
        }
    }

    private void TryTake(CompactedRecord record, Action<CompactedRecord> take)
    {
        try
        {
            take(record);
        }
        catch (MalformedFrameException)
        {
            Interlocked.Increment(ref _damaged);
        }
    }
}
