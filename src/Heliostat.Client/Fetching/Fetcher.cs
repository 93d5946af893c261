using Heliostat.Client.Metadata;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Keeps cursors supplied: one connection, one incremental fetch session (KIP-227) and one fetch in flight per source broker; cursors move with
/// leadership. Needs <see cref="KafkaClient.RunAsync"/> running beside it.
/// <list type="bullet">
/// <item>A. A cursor is with one broker's loop, or waits here for a leader; only this loop moves it.</item>
/// <item>B. <see cref="Gate"/> guards the state of all cursors; it is held for assignments only, and no sink is called with it held.</item>
/// </list>
/// </summary>
public sealed partial class Fetcher
{
    /// <summary>Fresh metadata must lack a topic so many times before it counts as gone: a broker just started may not know it yet.</summary>
    private const int LooksUntilGone = 5;

    private readonly KafkaClient _client;
    private readonly FetchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly AsyncSignal _placing = new(inline: false);
    private readonly HashSet<FetchCursor> _cursors = [];
    private readonly HashSet<FetchCursor> _waiting = [];
    private readonly Dictionary<int, BrokerFetchLoop> _loops = [];

    public Fetcher(KafkaClient client, FetchOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<Fetcher>();
        _backOff = new BackOff(client.Options.RetryBackOff, client.Options.RetryBackOffMax);
    }

    internal Lock Gate { get; } = new();

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

                signalled ??= _placing.WaitAsync().AsTask();
                using var turn = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                var ended = await Task.WhenAny(
                    [signalled, _client.Metadata.WaitForChangeAsync(metadata.Version, turn.Token).AsTask(), Task.Delay(wait, _time, turn.Token), .. running.Values]);
                await turn.CancelAsync();
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
            await ending.CancelAsync();
            await Task.WhenAll(running.Values).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Follows a partition from <paramref name="offset"/>; <paramref name="leaderEpoch"/> is that of the record before it, or -1. Its topic is tracked in the
    /// client's metadata.
    /// </summary>
    public FetchCursor Add(TopicPartition tp, long offset, int leaderEpoch, IFetchSink sink)
    {
        _client.Metadata.Track(tp.Topic);
        var cursor = new FetchCursor(this, tp, offset, leaderEpoch, sink);
        lock (Gate)
        {
            _cursors.Add(cursor);
            _waiting.Add(cursor);
        }

        _placing.Set();
        return cursor;
    }

    /// <summary>Stops following; after it returns the sink is called no more, except by a call that is already being made.</summary>
    public void Remove(FetchCursor cursor)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        lock (Gate)
        {
            cursor.IsRemoved = true;
            _cursors.Remove(cursor);
            _waiting.Remove(cursor);
            cursor.Loop?.Leave(cursor);
            cursor.Loop = null;
        }
    }

    /// <summary>The broker at hand cannot serve the cursor: look where its leader is, after a back-off. Called with the gate held.</summary>
    internal void Displace(FetchCursor cursor)
    {
        cursor.Loop?.Leave(cursor);
        cursor.Loop = null;
        cursor.PreferredReplica = -1;
        cursor.Failures++;
        cursor.RetryAt = _time.GetTimestamp() + (long)(_backOff.Next(cursor.Failures).TotalSeconds * _time.TimestampFrequency);
        _waiting.Add(cursor);
        _placing.Set();
    }

    /// <summary>The leader named a nearer replica, or the cursor goes back to the leader. Called with the gate held.</summary>
    internal void Redirect(FetchCursor cursor)
    {
        cursor.Loop?.Leave(cursor);
        cursor.Loop = null;
        cursor.RetryAt = 0;
        _waiting.Add(cursor);
        _placing.Set();
    }

    /// <summary>Sees to it that the metadata is looked up soon.</summary>
    internal void Invalidate() => _client.Metadata.Invalidate();

    private BrokerFetchLoop[] Loops()
    {
        lock (Gate)
        {
            return [.. _loops.Values];
        }
    }

    /// <summary>Gives every cursor to the loop of its broker; returns how long nothing will need placing unless something changes.</summary>
    private TimeSpan Place(MetadataSnapshot metadata)
    {
        List<(FetchCursor Cursor, FetchFailure Failure)> failed = [];
        var wait = TimeSpan.FromSeconds(30);
        lock (Gate)
        {
            foreach (var cursor in _cursors)
            {
                if (cursor.Loop is { } loop && !_waiting.Contains(cursor) && metadata.Find(cursor.Partition) is { } now && now.LeaderEpoch >= cursor.LeaderEpoch
                    && (now.LeaderEpoch > cursor.LeaderEpoch || (cursor.PreferredReplica < 0 && now.Leader != loop.NodeId)
                        || (cursor.PreferredReplica >= 0 && cursor.PreferredUntil < _time.GetTimestamp())))
                {
                    loop.Leave(cursor);
                    cursor.Loop = null;
                    cursor.PreferredReplica = -1;
                    _waiting.Add(cursor);
                }
            }

            foreach (var cursor in _waiting.ToArray())
            {
                var left = TimeSpan.FromSeconds((cursor.RetryAt - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
                if (left > TimeSpan.Zero)
                {
                    wait = left < wait ? left : wait;
                }
                else if (TryPlace(cursor, metadata, out var failure))
                {
                    _waiting.Remove(cursor);
                    if (failure is { } found)
                    {
                        cursor.Pause();
                        failed.Add((cursor, found));
                    }
                }
                else
                {
                    wait = TimeSpan.FromMilliseconds(100);
                }
            }
        }

        foreach (var (cursor, failure) in failed)
        {
            cursor.Sink.Failed(cursor, failure);
        }

        return wait + TimeSpan.FromMilliseconds(1);
    }
}
