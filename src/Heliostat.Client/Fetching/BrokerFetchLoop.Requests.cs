using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Fetching;

/// <summary>What the next request says: in a session only what changed, without one everything. All under the fetcher's gate.</summary>
internal sealed partial class BrokerFetchLoop
{
    private const short FirstWithSessions = 7;
    private const short FirstWithTopicIds = 13;

    /// <summary>Waits asked of the broker instead of the usual one: a cursor that comes back must not sit out an idle long poll.</summary>
    private static readonly TimeSpan WaitAfterPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WaitWhileSomebodyIsAway = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RecentPause = TimeSpan.FromSeconds(1);

    private readonly FetchRequest _request = new();
    private readonly FetchSession _session = new();
    private readonly Dictionary<TopicPartition, FetchCursor> _cursors = [];
    private readonly Dictionary<(Guid TopicId, int Partition), FetchCursor> _cursorsById = [];
    private readonly List<FetchCursor> _dirty = [];
    private readonly List<FetchCursor> _rotation = [];
    private readonly List<(TopicPartition Partition, Guid TopicId)> _forgotten = [];
    private readonly HashSet<TopicPartition> _leaving = [];
    private readonly Dictionary<string, FetchTopic> _topics = [];
    private readonly Dictionary<string, ForgottenTopic> _forgottenTopics = [];
    private BrokerConnection? _connection;
    private int _active;
    private int _membership;
    private int _rotationOf;
    private int _turn;
    private long _pausedAt;
    private long _requestNumber;
    private bool _byId;
    private bool _isWaiting;

    /// <summary>A cursor comes to this broker.</summary>
    public void Join(FetchCursor cursor)
    {
        _membership++;
        _cursors[cursor.Partition] = cursor;
        if (cursor.TopicId != Guid.Empty)
        {
            _cursorsById[(cursor.TopicId, cursor.Partition.Partition)] = cursor;
        }

        cursor.IsInSession = false;
        cursor.IsDirty = false;
        cursor.NamedIn = 0;
        if (cursor.LastFetchedEpoch >= 0)
        {
            _unchecked.Add(cursor);
        }

        if (cursor.IsActive)
        {
            _active++;
            Touch(cursor);
        }
    }

    /// <summary>A cursor goes elsewhere.</summary>
    public void Leave(FetchCursor cursor)
    {
        if (_cursors.GetValueOrDefault(cursor.Partition) != cursor)
        {
            return;
        }

        _membership++;
        _cursors.Remove(cursor.Partition);
        _cursorsById.Remove((cursor.TopicId, cursor.Partition.Partition));
        Forget(cursor);
        if (!cursor.IsPaused)
        {
            _active--;
        }
    }

    /// <summary>The broker must hear of the cursor's position.</summary>
    public void Touch(FetchCursor cursor)
    {
        if (cursor.IsActive && !cursor.IsDirty)
        {
            cursor.IsDirty = true;
            _dirty.Add(cursor);
            _work.Set();
        }
    }

    public void Paused(FetchCursor cursor)
    {
        _active--;
        _pausedAt = _time.GetTimestamp();
        Forget(cursor);
    }

    public void Resumed(FetchCursor cursor)
    {
        _active++;
        Touch(cursor);
        _work.Set();
    }

    private bool HasWork()
    {
        lock (_fetcher.Gate)
        {
            return _active > 0;
        }
    }

    private void Forget(FetchCursor cursor)
    {
        if (cursor.IsInSession)
        {
            cursor.IsInSession = false;
            _forgotten.Add((cursor.Partition, cursor.TopicId));
            _leaving.Add(cursor.Partition);
        }
    }

    private void ClearForgotten()
    {
        _forgotten.Clear();
        _leaving.Clear();
    }

    /// <summary>Forgets the session: the broker is told everything anew.</summary>
    private void StartOver()
    {
        lock (_fetcher.Gate)
        {
            _session.Reset();
            ClearForgotten();
            foreach (var cursor in _cursors.Values)
            {
                cursor.IsInSession = false;
                Touch(cursor);
            }
        }
    }

    /// <summary>Cursors that are here only because it is nearer go back to their leaders.</summary>
    private void GiveUpAsNearer()
    {
        lock (_fetcher.Gate)
        {
            foreach (var cursor in _cursors.Values.Where(cursor => cursor.PreferredReplica >= 0).ToArray())
            {
                _fetcher.Displace(cursor, ErrorCode.ReplicaNotAvailable);
            }
        }
    }

    /// <summary>Fills the request; the version to send it in, or -1 when there is nothing to fetch.</summary>
    private short Build(short version)
    {
        lock (_fetcher.Gate)
        {
            if (_active == 0)
            {
                return -1;
            }

            if (version >= FirstThatChecksEpochs)
            {
                _unchecked.Clear();
            }

            var byId = version >= FirstWithTopicIds && _cursorsById.Count == _cursors.Count;
            if (byId != _byId && !_session.IsFull)
            {
                StartOver();
            }

            _byId = byId;
            version = byId ? version : Math.Min(version, (short)(FirstWithTopicIds - 1));
            Clear();
            if (version < FirstWithSessions || _session.IsFull)
            {
                NameAll();
            }
            else
            {
                NameChanged();
            }

            _request.SessionId = _session.Id;
            _request.SessionEpoch = version < FirstWithSessions ? -1 : _session.Epoch;
            _request.MaxWaitMs = (int)Wait().TotalMilliseconds;
            return version;
        }
    }

    private TimeSpan Wait()
    {
        if (_active == _cursors.Count && !_isWaiting && !_fetcher.SomebodyWaits)
        {
            return _options.MaxWait;
        }

        var wait = _isWaiting || _active < _cursors.Count && _time.GetElapsedTime(_pausedAt) < RecentPause ? WaitAfterPause : WaitWhileSomebodyIsAway;
        return wait < _options.MaxWait ? wait : _options.MaxWait;
    }

    private void Clear()
    {
        _request.Topics.Clear();
        _request.ForgottenTopicsData.Clear();
        _topics.Clear();
        _forgottenTopics.Clear();
        _requestNumber++;
    }

    /// <summary>Every active cursor, beginning with another one each time: without a session nobody else sees to fairness.</summary>
    private void NameAll()
    {
        foreach (var cursor in _dirty)
        {
            cursor.IsDirty = false;
        }

        _dirty.Clear();
        ClearForgotten();
        _isWaiting = false;
        if (_rotationOf != _membership)
        {
            _rotationOf = _membership;
            _rotation.Clear();
            _rotation.AddRange(_cursors.Values);
        }

        for (var i = 0; i < _rotation.Count; i++)
        {
            var cursor = _rotation[(i + _turn) % _rotation.Count];
            cursor.IsInSession = false;
            if (cursor.IsActive && cursor.Loop == this)
            {
                Name(cursor);
            }
        }

        _turn = _rotation.Count == 0 ? 0 : (_turn + 1) % _rotation.Count;
    }

    private void NameChanged()
    {
        var waiting = 0;
        for (var i = 0; i < _dirty.Count; i++)
        {
            var cursor = _dirty[i];
            if (IsLeaving(cursor))
            {
                _dirty[waiting++] = cursor;
                continue;
            }

            cursor.IsDirty = false;
            if (cursor.IsActive && cursor.Loop == this)
            {
                Name(cursor);
            }
        }

        _dirty.RemoveRange(waiting, _dirty.Count - waiting);
        _isWaiting = waiting > 0;
        foreach (var (partition, topicId) in _forgotten)
        {
            // It may have come back since, and is named anew then.
            if (_cursors.GetValueOrDefault(partition) is not { IsInSession: true })
            {
                NameForgotten(partition, topicId);
            }
        }

        ClearForgotten();
    }

    /// <summary>
    /// A new cursor for a partition that an earlier one of ours leaves only now: the session must forget it first, or the broker, which told the earlier
    /// one, would never tell the new one where the log ends.
    /// </summary>
    private bool IsLeaving(FetchCursor cursor) => cursor.SentPosition < 0 && _leaving.Contains(cursor.Partition);

    private void Name(FetchCursor cursor)
    {
        if (cursor.NamedIn == _requestNumber)
        {
            // It left and came back since it was noted first.
            return;
        }

        cursor.NamedIn = _requestNumber;
        if (!_topics.TryGetValue(cursor.Partition.Topic, out var topic))
        {
            topic = _request.Topics.Next();
            topic.Topic = cursor.Partition.Topic;
            topic.TopicId = _byId ? cursor.TopicId : Guid.Empty;
            topic.Partitions.Clear();
            _topics[cursor.Partition.Topic] = topic;
        }

        var partition = topic.Partitions.Next();
        partition.Partition = cursor.Partition.Partition;
        partition.CurrentLeaderEpoch = cursor.LeaderEpoch;
        partition.FetchOffset = cursor.Position;
        partition.LastFetchedEpoch = cursor.LastFetchedEpoch;
        partition.PartitionMaxBytes = _options.MaxPartitionBytes;
        cursor.SentPosition = cursor.Position;
        cursor.IsInSession = true;
    }

    private void NameForgotten(TopicPartition partition, Guid topicId)
    {
        if (!_forgottenTopics.TryGetValue(partition.Topic, out var topic))
        {
            topic = _request.ForgottenTopicsData.Next();
            topic.Topic = partition.Topic;
            topic.TopicId = _byId ? topicId : Guid.Empty;
            topic.Partitions.Clear();
            _forgottenTopics[partition.Topic] = topic;
        }

        topic.Partitions.Add(partition.Partition);
    }
}
