using Heliostat.Client.Metadata;
using Heliostat.Transport;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Which broker each cursor is fetched from: a machine without lock and I/O, moved by metadata, by what brokers answer and by time. All of
/// it is under the fetcher's gate.
/// Invariants: (A) a cursor that is followed is in the book of one broker, or waits here, or stands still; (B) a cursor that waits is in no
/// book; (C) one that is fetched from a nearer replica is given back to its leader in the end.
/// </summary>
/// <param name="options">Back-offs, and for how long a nearer replica is preferred.</param>
/// <param name="bookOf">The book of a broker, made when there is none.</param>
/// <param name="needed">Called when a cursor waits.</param>
/// <param name="invalidate">Called when newer metadata is needed.</param>
/// <param name="time">The clock.</param>
internal sealed class CursorPlacement(ClientOptions options, Func<int, SessionBook> bookOf, Action needed, Action invalidate,
    TimeProvider time)
{
    /// <summary>
    /// So many metadata answers in a row must lack a topic before it counts as gone: a broker just started may not know it yet.
    /// </summary>
    private const int LooksUntilGone = 5;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    private readonly BackOff _backOff = new(options.RetryBackOff, options.RetryBackOffMax, options.Random);
    private readonly HashSet<FetchCursor> _cursors = [];
    private readonly HashSet<FetchCursor> _waiting = [];
    private readonly HashSet<FetchCursor> _preferring = [];
    private long _placedBy = -1;

    /// <summary>Some cursor has no broker now and may join any.</summary>
    public bool SomebodyWaits => _waiting.Count > 0;

    /// <summary>Follows a cursor from now on.</summary>
    public void Add(FetchCursor cursor)
    {
        _cursors.Add(cursor);
        Await(cursor);
    }

    /// <summary>Follows it no more; false when it was not followed.</summary>
    public bool Remove(FetchCursor cursor)
    {
        if (!_cursors.Remove(cursor))
        {
            return false;
        }

        _waiting.Remove(cursor);
        Detach(cursor);
        cursor.IsRemoved = true;
        return true;
    }

    /// <summary>The broker at hand cannot serve the cursor: look where its leader is, after a back-off.</summary>
    public void Displace(FetchCursor cursor, ErrorCode code)
    {
        cursor.Place.WasUnknown |= code == ErrorCode.UnknownTopicOrPartition;
        Detach(cursor);
        BackOff(cursor, code);
        Await(cursor);
    }

    /// <summary>The leader named a nearer replica (KIP-392), to be fetched from until the leader is asked again.</summary>
    public void Prefer(FetchCursor cursor, int replica)
    {
        Detach(cursor);
        cursor.Place.PreferredReplica = replica;
        cursor.Place.PreferredUntil = time.GetTimestamp() + Ticks(options.MetadataMaxAge);
        _preferring.Add(cursor);
        Await(cursor);
    }

    /// <summary>The cursor needs a broker.</summary>
    public void Await(FetchCursor cursor)
    {
        if (!cursor.IsRemoved && _waiting.Add(cursor))
        {
            needed();
        }
    }

    /// <summary>Gives every cursor that may go to the book of its broker.</summary>
    /// <param name="metadata">What is known of leaders.</param>
    /// <param name="failed">Takes the cursors that will have no broker, and why.</param>
    /// <param name="nearer">Takes those that go to a nearer replica than their leader, and which.</param>
    /// <returns>How long nothing will need placing unless something changes.</returns>
    public TimeSpan Run(MetadataSnapshot metadata, List<(FetchCursor Cursor, FetchFailure Failure)> failed,
        List<(TopicPartition Partition, int Node)> nearer)
    {
        var now = time.GetTimestamp();
        if (metadata.Version != _placedBy)
        {
            _placedBy = metadata.Version;
            DetachMoved(metadata);
        }

        DetachExpired(now);
        var next = NextExpiry(now + Ticks(LongestRest));
        foreach (var cursor in _waiting.ToArray())
        {
            if (cursor.Place.RetryAt <= now && TryPlace(cursor, metadata, out var failure))
            {
                _waiting.Remove(cursor);
                if (failure is { } found)
                {
                    failed.Add((cursor, found));
                }
                else if (cursor.Place.PreferredReplica >= 0)
                {
                    nearer.Add((cursor.Partition, cursor.Place.PreferredReplica));
                }
            }
            else
            {
                next = Math.Min(next, cursor.Place.RetryAt);
            }
        }

        return TimeSpan.FromSeconds(Math.Max(0, next - now) / (double)time.TimestampFrequency) + TimeSpan.FromMilliseconds(1);
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
    /// A topic that vanished is found out by the broker's answer, and then looked up until it is sure. Brokers that fetch by name (before
    /// 3.1) say nothing of one that was created anew meanwhile.
    /// </summary>
    private static bool IsElsewhere(FetchCursor cursor, int node, MetadataSnapshot metadata)
    {
        if (cursor.TopicId != Guid.Empty && metadata.Topics.TryGetValue(cursor.Partition.Topic, out var topic)
            && topic.TopicId != Guid.Empty && topic.TopicId != cursor.TopicId)
        {
            return true;
        }

        if (metadata.Find(cursor.Partition) is not { } partition || partition.LeaderEpoch < cursor.LeaderEpoch)
        {
            return false;
        }

        return partition.LeaderEpoch > cursor.LeaderEpoch
            || (cursor.Place.PreferredReplica < 0 ? partition.Leader != node : !metadata.Brokers.ContainsKey(node));
    }

    private void DetachExpired(long now)
    {
        if (_preferring.Count == 0)
        {
            return;
        }

        foreach (var cursor in _preferring.ToArray())
        {
            if (cursor.Place.PreferredUntil <= now)
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
            next = Math.Min(next, cursor.Place.PreferredUntil);
        }

        return next;
    }

    /// <summary>Takes the cursor from its broker; it goes to its leader next.</summary>
    private void Detach(FetchCursor cursor)
    {
        cursor.Book?.Leave(cursor);
        cursor.Book = null;
        cursor.Place.PreferredReplica = -1;
        _preferring.Remove(cursor);
    }

    private void BackOff(FetchCursor cursor, ErrorCode code)
    {
        cursor.Trouble = code;
        cursor.Place.Failures++;
        cursor.Place.RetryAt = time.GetTimestamp() + Ticks(_backOff.Next(cursor.Place.Failures));
    }

    /// <summary>
    /// Gives the cursor to its leader's loop, or finds why there will be none. False while there is no leader to be seen.
    /// </summary>
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
            cursor.Place.WasUnknown |= partition is null && cursor.Place.WasPlaced;
            BackOff(cursor, partition is null && topic?.ErrorCode is not ErrorCode.LeaderNotAvailable
                ? ErrorCode.UnknownTopicOrPartition
                : ErrorCode.LeaderNotAvailable);
            invalidate();
            return false;
        }

        if (cursor.Place.PreferredReplica >= 0 && !metadata.Brokers.ContainsKey(cursor.Place.PreferredReplica))
        {
            // The leader would name it again at once.
            Detach(cursor);
            BackOff(cursor, ErrorCode.ReplicaNotAvailable);
            invalidate();
            return false;
        }

        cursor.Place.Misses = 0;
        cursor.Place.WasPlaced = true;
        cursor.LeaderEpoch = partition.LeaderEpoch;
        if (topic!.TopicId != Guid.Empty)
        {
            cursor.TopicId = topic.TopicId;
        }

        var node = cursor.Place.PreferredReplica >= 0 ? cursor.Place.PreferredReplica : partition.Leader;
        cursor.Book = bookOf(node);
        cursor.Book.Join(cursor);
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

        if (partition is not null && cursor.Place.WasUnknown)
        {
            cursor.Place.WasUnknown = false;
            if (topic!.TopicId == Guid.Empty)
            {
                return new FetchFailure(FetchFailureKind.Reappeared, ErrorCode.UnknownTopicOrPartition);
            }
        }

        if (partition is null && topic?.ErrorCode != ErrorCode.LeaderNotAvailable && version > cursor.Place.MissedIn)
        {
            cursor.Place.MissedIn = version;
            if (++cursor.Place.Misses >= LooksUntilGone)
            {
                cursor.Place.Misses = 0;
                return new FetchFailure(FetchFailureKind.TopicGone, ErrorCode.UnknownTopicOrPartition);
            }
        }

        return null;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
