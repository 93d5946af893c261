using Heliostat.Client.Metadata;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Fetching;

/// <summary>Which broker each cursor is fetched from. All with the gate held, but for telling sinks.</summary>
public sealed partial class Fetcher
{
    /// <summary>So many metadata answers in a row must lack a topic before it counts as gone: a broker just started may not know it yet.</summary>
    private const int LooksUntilGone = 5;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    private readonly HashSet<FetchCursor> _waiting = [];
    private readonly HashSet<FetchCursor> _preferring = [];
    private long _placedBy = -1;

    /// <summary>Some cursor has no broker now and may join any.</summary>
    internal bool SomebodyWaits => _waiting.Count > 0;

    /// <summary>The broker at hand cannot serve the cursor: look where its leader is, after a back-off.</summary>
    internal void Displace(FetchCursor cursor, ErrorCode code)
    {
        cursor.WasUnknown |= code == ErrorCode.UnknownTopicOrPartition;
        Detach(cursor);
        BackOff(cursor, code);
        Await(cursor);
    }

    /// <summary>The leader named a nearer replica (KIP-392), to be fetched from until the leader is asked again.</summary>
    internal void Prefer(FetchCursor cursor, int replica)
    {
        Detach(cursor);
        cursor.PreferredReplica = replica;
        cursor.PreferredUntil = _time.GetTimestamp() + Ticks(_client.Options.MetadataMaxAge);
        _preferring.Add(cursor);
        Await(cursor);
    }

    /// <summary>The cursor needs a broker.</summary>
    internal void Await(FetchCursor cursor)
    {
        if (!cursor.IsRemoved && _waiting.Add(cursor))
        {
            _placing.Set();
        }
    }

    /// <summary>Gives every cursor to the loop of its broker; returns how long nothing will need placing unless something changes.</summary>
    private TimeSpan Place(MetadataSnapshot metadata)
    {
        List<(FetchCursor Cursor, FetchFailure Failure)> failed = [];
        List<(TopicPartition Partition, int Node)> nearer = [];
        TimeSpan rest;
        lock (Gate)
        {
            var now = _time.GetTimestamp();
            if (metadata.Version != _placedBy)
            {
                _placedBy = metadata.Version;
                DetachMoved(metadata);
            }

            DetachExpired(now);
            var next = NextExpiry(now + Ticks(LongestRest));
            foreach (var cursor in _waiting.ToArray())
            {
                if (cursor.RetryAt <= now && TryPlace(cursor, metadata, out var failure))
                {
                    _waiting.Remove(cursor);
                    if (failure is { } found)
                    {
                        failed.Add((cursor, found));
                    }
                    else if (cursor.PreferredReplica >= 0)
                    {
                        nearer.Add((cursor.Partition, cursor.PreferredReplica));
                    }
                }
                else
                {
                    next = Math.Min(next, cursor.RetryAt);
                }
            }

            rest = TimeSpan.FromSeconds(Math.Max(0, next - now) / (double)_time.TimestampFrequency);
        }

        foreach (var (partition, node) in nearer)
        {
            LogNearer(_logger, _client.Options.Cluster, partition.Topic, partition.Partition, node);
        }

        foreach (var (cursor, failure) in failed)
        {
            cursor.Pause();
            cursor.Sink.Failed(cursor, failure);
        }

        return rest + TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Cursors whose leader is another one, or the same in a newer epoch.</summary>
    private void DetachMoved(MetadataSnapshot metadata)
    {
        foreach (var cursor in _cursors)
        {
            if (cursor.Book is { } book && IsElsewhere(cursor, book.NodeId, metadata))
            {
                Detach(cursor);
                Await(cursor);
            }
        }
    }

    /// <summary>
    /// A topic that vanished is found out by the broker's answer, and then looked up until it is sure. Brokers that fetch by name (before 3.1) say nothing of one
    /// that was created anew meanwhile.
    /// </summary>
    private static bool IsElsewhere(FetchCursor cursor, int node, MetadataSnapshot metadata)
    {
        if (cursor.TopicId != Guid.Empty && metadata.Topics.TryGetValue(cursor.Partition.Topic, out var topic) && topic.TopicId != Guid.Empty && topic.TopicId != cursor.TopicId)
        {
            return true;
        }

        if (metadata.Find(cursor.Partition) is not { } partition || partition.LeaderEpoch < cursor.LeaderEpoch)
        {
            return false;
        }

        return partition.LeaderEpoch > cursor.LeaderEpoch || (cursor.PreferredReplica < 0 ? partition.Leader != node : !metadata.Brokers.ContainsKey(node));
    }

    private void DetachExpired(long now)
    {
        if (_preferring.Count == 0)
        {
            return;
        }

        foreach (var cursor in _preferring.ToArray())
        {
            if (cursor.PreferredUntil <= now)
            {
                Detach(cursor);
                Await(cursor);
            }
        }
    }

    private long NextExpiry(long next)
    {
        foreach (var cursor in _preferring)
        {
            next = Math.Min(next, cursor.PreferredUntil);
        }

        return next;
    }

    /// <summary>Takes the cursor from its broker; it goes to its leader next.</summary>
    private void Detach(FetchCursor cursor)
    {
        cursor.Book?.Leave(cursor);
        cursor.Book = null;
        cursor.PreferredReplica = -1;
        _preferring.Remove(cursor);
    }

    private void BackOff(FetchCursor cursor, ErrorCode code)
    {
        cursor.Trouble = code;
        cursor.Failures++;
        cursor.RetryAt = _time.GetTimestamp() + Ticks(_backOff.Next(cursor.Failures));
    }

    /// <summary>Gives the cursor to its leader's loop, or finds why there will be none. False while there is no leader to be seen.</summary>
    private bool TryPlace(FetchCursor cursor, MetadataSnapshot metadata, out FetchFailure? failure)
    {
        var topic = metadata.Topics.GetValueOrDefault(cursor.Partition.Topic);
        var partition = metadata.Find(cursor.Partition);
        failure = Failure(cursor, topic, partition, metadata.Version);
        if (failure is not null)
        {
            return true;
        }

        if (partition is null || partition.Leader < 0 || !metadata.Brokers.ContainsKey(partition.Leader))
        {
            cursor.WasUnknown |= partition is null && cursor.WasPlaced;
            BackOff(cursor, partition is null && topic?.ErrorCode is not ErrorCode.LeaderNotAvailable ? ErrorCode.UnknownTopicOrPartition : ErrorCode.LeaderNotAvailable);
            Invalidate();
            return false;
        }

        if (cursor.PreferredReplica >= 0 && !metadata.Brokers.ContainsKey(cursor.PreferredReplica))
        {
            // The leader would name it again at once.
            Detach(cursor);
            BackOff(cursor, ErrorCode.ReplicaNotAvailable);
            Invalidate();
            return false;
        }

        cursor.Misses = 0;
        cursor.WasPlaced = true;
        cursor.LeaderEpoch = partition.LeaderEpoch;
        if (topic!.TopicId != Guid.Empty)
        {
            cursor.TopicId = topic.TopicId;
        }

        var node = cursor.PreferredReplica >= 0 ? cursor.PreferredReplica : partition.Leader;
        if (!_loops.TryGetValue(node, out var loop))
        {
            _loops[node] = loop = new BrokerFetchLoop(this, _client, node, _options, _time, _logger);
        }

        cursor.Book = loop.Book;
        loop.Book.Join(cursor);
        return true;
    }

    private static FetchFailure? Failure(FetchCursor cursor, TopicMetadata? topic, PartitionMetadata? partition, long version)
    {
        if (topic?.ErrorCode == ErrorCode.TopicAuthorizationFailed)
        {
            return new FetchFailure(FetchFailureKind.NotAuthorized, ErrorCode.TopicAuthorizationFailed);
        }

        if (topic is not null && topic.TopicId != Guid.Empty && cursor.TopicId != Guid.Empty && cursor.TopicId != topic.TopicId)
        {
            var recreated = new FetchFailure(FetchFailureKind.TopicGone, ErrorCode.InconsistentTopicId) { NewTopicId = topic.TopicId };
            cursor.Adopt(topic.TopicId);
            return recreated;
        }

        if (partition is not null && cursor.WasUnknown)
        {
            cursor.WasUnknown = false;
            if (topic!.TopicId == Guid.Empty)
            {
                return new FetchFailure(FetchFailureKind.Reappeared, ErrorCode.UnknownTopicOrPartition);
            }
        }

        if (partition is null && topic?.ErrorCode != ErrorCode.LeaderNotAvailable && version > cursor.MissedIn)
        {
            cursor.MissedIn = version;
            if (++cursor.Misses >= LooksUntilGone)
            {
                cursor.Misses = 0;
                return new FetchFailure(FetchFailureKind.TopicGone, ErrorCode.UnknownTopicOrPartition);
            }
        }

        return null;
    }

    [LoggerMessage(EventIds.FetchFromNearer, LogLevel.Debug, "{Cluster}: {Topic}-{Partition} is fetched from broker {Node}, which is nearer than its leader (client.rack)")]
    private static partial void LogNearer(ILogger logger, string cluster, string topic, int partition, int node);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
