using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Fetching;
using Heliostat.Client.Routing;
using Heliostat.Protocol;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.MirrorClient.Topics;

/// <summary>
/// Reads a topic that is state, not a stream: all of it from the beginning, then what is added. One thread at a time delivers. Each
/// partition's records come in order; after a truncation of the log some come again. Needs <see cref="KafkaClient.RunAsync"/> running
/// beside it.
/// </summary>
internal sealed partial class CompactedTopicReader
{
    /// <summary>What a topic holds now is there: a fetch behind the last of it would keep whoever reads next waiting.</summary>
    private static readonly TimeSpan WaitForNothing = TimeSpan.FromMilliseconds(5);

    private readonly KafkaClient _client;
    private readonly AdminClient _admin;
    private readonly Fetcher _fetcher;
    private readonly string _topic;
    private readonly CompactedTopicOptions _options;
    private readonly Action<CompactedRecord> _deliver;
    private readonly ILogger _logger;
    private readonly AsyncSignal _arrived = new(inline: false);
    private readonly ReadProgress _progress = new();
    private readonly TaskCompletionSource<TopicPartition[]> _partitions = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads nothing yet. What <paramref name="deliver"/> throws ends the reading.</summary>
    public CompactedTopicReader(KafkaClient client, string topic, CompactedTopicOptions options, Action<CompactedRecord> deliver,
        TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        _client = client;
        _admin = new AdminClient(client, time);
        _topic = topic;
        _options = options;
        _deliver = deliver;
        _logger = loggers.CreateLogger<CompactedTopicReader>();
        _fetcher = new Fetcher(client,
            new FetchOptions
            {
                IsolationLevel = options.IsolationLevel,
                MaxPartitionBytes = options.MaxPartitionBytes,
                MaxWait = options.MaxWait,
            }, time, loggers);
    }

    public string Topic => _topic;

    /// <summary>Reads what the topic holds now and returns. Throws as <see cref="RunAsync"/> does.</summary>
    public static async Task ReadAllAsync(
        KafkaClient client, string topic, CompactedTopicOptions options, Action<CompactedRecord> deliver, TimeProvider time,
        ILoggerFactory loggers, CancellationToken ct)
    {
        var reader = new CompactedTopicReader(client, topic, options with { MaxWait = WaitForNothing }, deliver, time, loggers);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var run = reader.RunAsync(done.Token);
        try
        {
            await reader.ReadToEndAsync(ct);
        }
        finally
        {
            await done.CancelSoonAsync();
            await run.SettleAsync();
        }
    }

    /// <summary>
    /// Reads from the beginning and follows until cancelled. Throws <see cref="KafkaErrorException"/> when the topic does not exist, is
    /// deleted or may not be read; <see cref="KafkaConnectionException"/> when no broker answers at the start;
    /// <see cref="MalformedFrameException"/> when what is stored is damaged.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<(PartitionIntake Intake, FetchCursor Cursor)> all = [];
        var fetching = Task.CompletedTask;
        var delivering = Task.CompletedTask;
        try
        {
            var partitions = await FindPartitionsAsync(ct);
            var starts = await OffsetsAsync(partitions, OffsetSpec.Earliest, ct);
            foreach (var (partition, start) in starts)
            {
                var intake = new PartitionIntake(partition, _arrived, _options.IsolationLevel == IsolationLevel.ReadCommitted);
                _progress.Advance(partition, start);
                all.Add((intake, _fetcher.Add(partition, start, leaderEpoch: -1, intake)));
            }

            _partitions.TrySetResult(partitions);
            fetching = _fetcher.RunAsync(ending.Token);
            delivering = DeliverAsync(all, ending.Token);
            await await Settling.AnyAsync(fetching, delivering);
        }
        catch (Exception e)
        {
            if (_partitions.TrySetException(e))
            {
                _ = _partitions.Task.Exception; // Nobody need be waiting for it.
            }

            _progress.End(e);
            throw;
        }
        finally
        {
            await ending.CancelSoonAsync();
            await Settling.AllAsync(fetching, delivering).SettleAsync();
            foreach (var (intake, cursor) in all)
            {
                _fetcher.Remove(cursor);
                intake.Dispose();
            }
        }
    }

    /// <summary>
    /// Returns once everything that the topic held when this was called is delivered. Waits for <see cref="RunAsync"/> to be started, and
    /// throws what ended it. With read_committed the end is where the first open transaction begins, unless these are awaited.
    /// </summary>
    public async Task ReadToEndAsync(CancellationToken ct)
    {
        var partitions = await _partitions.Task.WaitHereAsync(ct);
        var isolation = _options.AwaitsTransactions ? IsolationLevel.ReadUncommitted : _options.IsolationLevel;
        await _progress.ReachAsync(await OffsetsAsync(partitions, OffsetSpec.Latest, isolation, ct), ct);
    }

    private async Task DeliverAsync(List<(PartitionIntake Intake, FetchCursor Cursor)> all, CancellationToken ct)
    {
        while (true)
        {
            await _arrived.WaitAsync().HereAsync().WaitHereAsync(ct);
            foreach (var (intake, cursor) in all)
            {
                if (intake.TakeRecords() is { } records)
                {
                    Deliver(intake.Partition, records);
                    cursor.Resume();
                }

                if (intake.TakeFailure() is { } failed)
                {
                    await GoOnAsync(cursor, failed.Failure, ct);
                }
            }
        }
    }

    private void Deliver(TopicPartition partition, PartitionIntake.FetchedRecords records)
    {
        foreach (var record in records.Records)
        {
            _deliver(record);
        }

        if (records.Damage is not null)
        {
            throw records.Damage;
        }

        _progress.Advance(partition, records.Next);
    }

    /// <summary>The log start moved, or the log's end was lost: what is left is read. Anything else ends the reading.</summary>
    private async Task GoOnAsync(FetchCursor cursor, FetchFailure failure, CancellationToken ct)
    {
        if (failure.Kind == FetchFailureKind.Reappeared)
        {
            cursor.Resume();
            return;
        }

        var from = failure.Kind switch
        {
            FetchFailureKind.OffsetOutOfRange when failure.LogStartOffset >= 0 => failure.LogStartOffset,
            FetchFailureKind.Diverged when failure.EndOffset >= 0 => failure.EndOffset,
            FetchFailureKind.TopicGone => throw new KafkaErrorException(ErrorCode.UnknownTopicOrPartition,
                $"{_client.Options.Cluster}: {cursor.Partition} was deleted while it was read"),
            _ => throw new KafkaErrorException(failure.Code,
                $"{_client.Options.Cluster}: {cursor.Partition} cannot be read: {failure.Code.Name()}"),
        };
        Log.Moved(_logger, _client.Options.Cluster, cursor.Partition.Topic, cursor.Partition.Partition, cursor.Position, from,
            failure.Kind);
        _progress.Restart(cursor.Partition, from, Math.Max(from, await EndOffsetAsync(cursor.Partition, ct)));
        cursor.Seek(from);
        cursor.Resume();
    }

    private async Task<long> EndOffsetAsync(TopicPartition partition, CancellationToken ct)
    {
        try
        {
            return (await OffsetsAsync([partition], OffsetSpec.Latest, ct))[partition];
        }
        catch (KafkaErrorException)
        {
            return long.MaxValue; // Whoever waits for an end that is gone waits a little longer.
        }
    }

    private async Task<TopicPartition[]> FindPartitionsAsync(CancellationToken ct)
    {
        if (_options.Partitions is { } given)
        {
            return [.. given.Select(p => new TopicPartition(_topic, p))];
        }

        var topic = (await _admin.DescribeTopicsAsync([_topic], ct))[0];
        return topic.ErrorCode is ErrorCode.None or ErrorCode.LeaderNotAvailable
            ? [.. topic.Partitions.Select(p => new TopicPartition(_topic, p.PartitionIndex))]
            : throw new KafkaErrorException(topic.ErrorCode,
                $"{_client.Options.Cluster}: topic {_topic} cannot be read: {topic.ErrorCode.Name()}");
    }

    private Task<Dictionary<TopicPartition, long>> OffsetsAsync(TopicPartition[] partitions, long spec, CancellationToken ct) =>
        OffsetsAsync(partitions, spec, _options.IsolationLevel, ct);

    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(TopicPartition[] partitions, long spec, IsolationLevel isolation,
        CancellationToken ct)
    {
        var listed = await _admin.ListOffsetsAsync(partitions.ToDictionary(p => p, _ => spec), isolation, ct);
        foreach (var (partition, offset) in listed)
        {
            if (offset.ErrorCode != ErrorCode.None)
            {
                throw new KafkaErrorException(offset.ErrorCode,
                    $"{_client.Options.Cluster}: no offset of {partition}: {offset.ErrorCode.Name()}");
            }
        }

        return listed.ToDictionary(l => l.Key, l => l.Value.Offset);
    }
}
