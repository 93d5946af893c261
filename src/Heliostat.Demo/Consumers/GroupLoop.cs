using System.Collections.Concurrent;
using Heliostat.Client.Fetching;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Records;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Demo.Consumers;

/// <summary>The demo's application on the source: a member of a consumer group that reads and commits, every second.</summary>
internal sealed class GroupLoop : IGroupListener, IFetchSink
{
    private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(1);

    private readonly ConsumerGroup _group;
    private readonly Fetcher _fetcher;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TopicPartition, FetchCursor> _cursors = [];
    private readonly ConcurrentDictionary<TopicPartition, long> _committed = [];

    public GroupLoop(KafkaClient client, string group, IEnumerable<string> topics, TimeProvider time, ILoggerFactory loggers)
    {
        _time = time;
        _fetcher = new Fetcher(client, new FetchOptions(), time, loggers);
        _group = new ConsumerGroup(client, new GroupOptions { GroupId = group, SessionTimeout = DemoTopics.SessionTimeout }, this, time,
            loggers);
        _group.SetTopics([.. topics]);
    }

    /// <summary>What the group has committed.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Committed => _committed;

    /// <summary>Reads and commits until cancelled; then commits once more and leaves the group.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var fetching = new CancellationTokenSource();
        var fetch = _fetcher.RunAsync(fetching.Token);
        try
        {
            await Settling.AllAsync(_group.RunAsync(ct), CommitAsync(ct));
        }
        finally
        {
            await fetching.CancelSoonAsync();
            await fetch.SettleAsync();
        }
    }

    public async ValueTask AssignedAsync(IReadOnlyList<TopicPartition> added, int generation, CancellationToken ct)
    {
        var found = await _group.FetchOffsetsAsync(added, requireStable: false, ct);
        foreach (var partition in added)
        {
            var start = found.Offsets.TryGetValue(partition, out var committed) ? committed.Offset : 0;
            _committed[partition] = start;
            _cursors[partition] = _fetcher.Add(partition, start, -1, this);
        }
    }

    public async ValueTask RevokedAsync(IReadOnlyList<TopicPartition> removed, CancellationToken ct)
    {
        await CommitOnceAsync(ct);
        Drop(removed);
    }

    public ValueTask LostAsync(IReadOnlyList<TopicPartition> lost, CancellationToken ct)
    {
        Drop(lost);
        return ValueTask.CompletedTask;
    }

    public void Fetched(FetchCursor cursor, in FetchedPartition partition)
    {
        var walker = new BatchWalker(partition.Records.Span);
        var next = cursor.Position;
        while (walker.MoveNext())
        {
            next = RecordBatch.LastOffset(walker.Current.Of(partition.Records.Span)) + 1;
        }

        cursor.Advance(next);
    }

    public void Failed(FetchCursor cursor, in FetchFailure failure)
    {
        // Retention took what it had not read yet.
        if (failure.Kind == FetchFailureKind.OffsetOutOfRange && failure.LogStartOffset >= 0)
        {
            cursor.Seek(failure.LogStartOffset);
            cursor.Resume();
        }
    }

    private async Task CommitAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(CommitInterval, _time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            await CommitOnceAsync(ct);
        }
    }

    private async Task CommitOnceAsync(CancellationToken ct)
    {
        var offsets = _cursors.ToDictionary(entry => entry.Key, entry => new OffsetAndMetadata(entry.Value.Position));
        if (offsets.Count > 0 && (await _group.CommitAsync(offsets, ct)).Outcome == CommitOutcome.Committed)
        {
            foreach (var (partition, offset) in offsets)
            {
                _committed[partition] = offset.Offset;
            }
        }
    }

    private void Drop(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            if (_cursors.TryRemove(partition, out var cursor))
            {
                _fetcher.Remove(cursor);
            }
        }
    }
}
