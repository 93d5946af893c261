using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Keeps cursors supplied: one connection, one incremental fetch session (KIP-227) and one fetch in flight per source broker; cursors move
/// with leadership. Needs <see cref="KafkaClient.RunAsync"/> running beside it.
/// <list type="bullet">
/// <item>A. A cursor is with one broker's loop, or waits here for a leader; only this loop moves it.</item>
/// <item>B. <see cref="Gate"/> guards the state of all cursors; it is held for assignments only, and no sink is called with it held.</item>
/// </list>
/// </summary>
public sealed partial class Fetcher
{
    private readonly KafkaClient _client;
    private readonly FetchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AsyncSignal _placing = new(inline: false);
    private readonly Dictionary<int, BrokerFetchLoop> _loops = [];
    private readonly CursorPlacement _placement;

    public Fetcher(KafkaClient client, FetchOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<Fetcher>();
        _placement = new CursorPlacement(client.Options, BookOf, _placing.Set, Invalidate, time);
    }

    /// <summary>Why a broker cannot be fetched from now that has something to be fetched; null while all can. From any thread.</summary>
    public Exception? Failure
    {
        get
        {
            lock (Gate)
            {
                return _loops.Values.FirstOrDefault(loop => loop is { Failure: not null, Book.HasWork: true })?.Failure;
            }
        }
    }

    internal Lock Gate { get; } = new();

    /// <summary>Which broker each cursor is fetched from. With <see cref="Gate"/> held.</summary>
    internal CursorPlacement Placement => _placement;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Dictionary<BrokerFetchLoop, Task> running = [];
        Task? signalled = null;
        try
        {
            while (true)
            {
                var metadata = _client.Metadata.Current;
                var wait = Place(metadata);
                foreach (var loop in Loops())
                {
                    if (!running.ContainsKey(loop))
                    {
                        running[loop] = loop.RunAsync(ending.Token);
                    }
                }

                signalled ??= _placing.WaitAsync().HereAsync();
                using var turn = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                var ended = await Settling.AnyAsync(
                    [signalled, _client.Metadata.WaitForChangeAsync(metadata.Version, turn.Token).HereAsync(),
                        Task.Delay(wait, _time, turn.Token), .. running.Values]);
                await turn.CancelSoonAsync();
                ct.ThrowIfCancellationRequested();
                if (ended == signalled)
                {
                    signalled = null;
                }
                else if (running.ContainsValue(ended))
                {
                    await ended;
                }
            }
        }
        finally
        {
            await ending.CancelSoonAsync();
            await Settling.AllAsync(running.Values).SettleAsync();
        }
    }

    /// <summary>
    /// Follows a partition from <paramref name="offset"/>; <paramref name="leaderEpoch"/> is that of the record before it, or -1. Its topic
    /// is tracked in the client's metadata. Where <paramref name="topicId"/> is not empty, a topic of the name with another id counts as
    /// created anew.
    /// </summary>
    public FetchCursor Add(TopicPartition tp, long offset, int leaderEpoch, IFetchSink sink, Guid topicId = default)
    {
        var cursor = new FetchCursor(this, tp, offset, leaderEpoch, sink) { TopicId = topicId };
        cursor.Place.MissedIn = _client.Metadata.Current.Version;
        _client.Metadata.Track(tp.Topic);
        lock (Gate)
        {
            _placement.Add(cursor);
        }

        return cursor;
    }

    /// <summary>Stops following; after it returns the sink is called no more, except by a call that is already being made.</summary>
    public void Remove(FetchCursor cursor)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        lock (Gate)
        {
            if (!_placement.Remove(cursor))
            {
                return;
            }
        }

        _client.Metadata.Untrack(cursor.Partition.Topic);
    }

    /// <summary>Sees to it that the metadata is looked up soon.</summary>
    internal void Invalidate() => _client.Metadata.Invalidate();

    private TimeSpan Place(MetadataSnapshot metadata)
    {
        List<(FetchCursor Cursor, FetchFailure Failure)> failed = [];
        List<(TopicPartition Partition, int Node)> nearer = [];
        TimeSpan rest;
        lock (Gate)
        {
            rest = _placement.Run(metadata, failed, nearer);
        }

        foreach (var (partition, node) in nearer)
        {
            LogNearer(_logger, _client.Options.Cluster, partition.Topic, partition.Partition, node);
        }

        foreach (var (cursor, failure) in failed)
        {
            cursor.Fail(failure);
        }

        return rest;
    }

    private SessionBook BookOf(int node)
    {
        if (!_loops.TryGetValue(node, out var loop))
        {
            _loops[node] = loop = new BrokerFetchLoop(this, _client, node, _options, _time, _logger);
        }

        return loop.Book;
    }

    private BrokerFetchLoop[] Loops()
    {
        lock (Gate)
        {
            return [.. _loops.Values];
        }
    }

    [LoggerMessage(EventIds.FetchFromNearer, LogLevel.Debug,
        "{Cluster}: {Topic}-{Partition} is fetched from broker {Node}, which is nearer than its leader (client.rack)")]
    private static partial void LogNearer(ILogger logger, string cluster, string topic, int partition, int node);
}
