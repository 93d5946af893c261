using Heliostat.Client.Routing;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Protocol;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>What all workers of a flow store, followed from the beginning of its topics on: what others left is known at once when their lanes are taken over.</summary>
internal sealed class FlowView : IAsyncDisposable
{
    private readonly CancellationTokenSource _done = new();
    private readonly List<(KafkaClient Client, CompactedTopicReader Reader, Task Running)> _topics = [];
    private readonly FlowClients _clients;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly AclLedger _acls = new();
    private int _damaged;

    /// <summary>Begins to read.</summary>
    /// <param name="names">Of the flow's topics.</param>
    /// <param name="clients">Each topic is read over a client of its own: fetches of one connection wait for each other.</param>
    /// <param name="positions">Takes in positions; has read nothing yet.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to.</param>
    public FlowView(FlowTopicNames names, FlowClients clients, PositionTopic positions, TimeProvider time, ILoggerFactory loggers)
    {
        (_clients, _time, _loggers, Positions, Losses) = (clients, time, loggers, positions, new LossLedger(time));
        Follow(names.Positions, record => Positions.Take(record.Key, record.Value, record.Value is null));
        Follow(names.OffsetMap, record => Maps.Add(record.Key, record.Value));
        Follow(names.State, record =>
        {
            lock (_acls)
            {
                _acls.Take(record.Key, record.Value is null);
            }

            Losses.Take(record.Key, record.Value);
        });
    }

    public PositionTopic Positions { get; }

    public OffsetMapLoader Maps { get; } = new();

    public LossLedger Losses { get; }

    /// <summary>Some topic is followed no more.</summary>
    public bool HasEnded => _topics.Exists(topic => topic.Running.IsCompleted);

    /// <summary>How many records could not be read since this was last asked; they are passed over, as MirrorMaker 2's readers do.</summary>
    public int TakeDamaged() => Interlocked.Exchange(ref _damaged, 0);

    /// <summary>Ends when all is taken in that the topics held when this was called.</summary>
    /// <exception cref="Client.KafkaErrorException">A topic is not there or may not be read.</exception>
    public Task ToEndAsync(CancellationToken ct) => Settling.AllAsync(_topics.Select(topic => topic.Reader.ReadToEndAsync(ct)));

    /// <summary>Puts what is known of copied rules in place of what <paramref name="ledger"/> knew.</summary>
    public void TellAcls(AclLedger ledger)
    {
        lock (_acls)
        {
            ledger.Adopt(_acls);
        }
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

    private void Follow(InternalTopic topic, Action<CompactedRecord> take)
    {
        var client = _clients.TargetReader();
        var reader = new CompactedTopicReader(client, topic.Name, new CompactedTopicOptions(), record => TryTake(record, take), _time, _loggers);
        _topics.Add((client, reader, RunAsync(client, reader)));
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
