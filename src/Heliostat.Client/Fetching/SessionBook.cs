using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Which cursors are with a broker, and what the next request to it says: in a session only what changed, without one everything. Pure: it
/// asks and waits for nobody. All of it is under the fetcher's gate.
/// <list type="bullet">
/// <item>A. The broker knows a cursor's position exactly when the cursor is in the session and not dirty.</item>
/// <item>B. A partition that leaves is forgotten by the broker before another cursor for it is named.</item>
/// <item>C. Without a session every active cursor is named in each request, and another one first each time.</item>
/// </list>
/// </summary>
/// <param name="nodeId">The broker.</param>
/// <param name="options">What to ask for.</param>
/// <param name="wake">Called when there is something to ask for.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionBook(int nodeId, FetchOptions options, Action wake, TimeProvider time)
{
    /// <summary>The first version in which the broker compares epochs with every fetch (KIP-595).</summary>
    public const short FirstThatChecksEpochs = 12;

    /// <summary>The first version in which a first batch that is larger than was asked for comes whole (KIP-74).</summary>
    public const short FirstWithWholeBatches = 3;

    private const short FirstWithSessions = 7;
    private const short FirstWithTopicIds = 13;

    /// <summary>Waits asked of the broker instead of the usual one: a cursor that comes back must not sit out an idle long poll.</summary>
    private static readonly TimeSpan WaitAfterPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WaitWhileSomebodyIsAway = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RecentPause = TimeSpan.FromSeconds(1);

    private readonly FetchRequest _request = new()
    {
        RackId = options.Rack ?? "",
        IsolationLevel = options.IsolationLevel,
        MinBytes = options.MinBytes,
        MaxBytes = options.MaxBytes,
    };

    private readonly FetchSession _session = new();
    private readonly Dictionary<TopicPartition, FetchCursor> _cursors = [];
    private readonly Dictionary<(Guid TopicId, int Partition), FetchCursor> _cursorsById = [];
    private readonly List<FetchCursor> _dirty = [];
    private readonly List<FetchCursor> _rotation = [];
    private readonly List<(TopicPartition Partition, Guid TopicId)> _forgotten = [];
    private readonly HashSet<TopicPartition> _leaving = [];
    private readonly Dictionary<string, FetchTopic> _topics = [];
    private readonly Dictionary<string, ForgottenTopic> _forgottenTopics = [];
    private readonly List<FetchCursor> _unchecked = [];
    private int _active;
    private int _membership;
    private int _rotationOf;
    private int _turn;
    private long _pausedAt;
    private long _requestNumber;
    private bool _byId;
    private bool _isWaiting;

    public int NodeId => nodeId;

    /// <summary>What <see cref="Build"/> filled last.</summary>
    public FetchRequest Request => _request;

    /// <summary>Some cursor wants to be fetched for.</summary>
    public bool HasWork => _active > 0;

    /// <summary>Cursors that are here only because it is nearer.</summary>
    public IEnumerable<FetchCursor> Nearer => _cursors.Values.Where(cursor => cursor.Place.PreferredReplica >= 0);

    /// <summary>Cursors whose epochs this broker was not asked about: taken, or given back where it could not be asked.</summary>
    public List<FetchCursor> Unchecked => _unchecked;

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
            wake();
        }
    }

    public void Paused(FetchCursor cursor)
    {
        _active--;
        _pausedAt = time.GetTimestamp();
        Forget(cursor);
    }

    public void Resumed(FetchCursor cursor)
    {
        _active++;
        Touch(cursor);
        wake();
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

    /// <summary>
    /// Forgets the session: the broker is told everything anew. <paramref name="isGone"/>: the broker has none of ours to close.
    /// </summary>
    public void StartOver(bool isGone = false)
    {
        _session.Reset();
        if (isGone)
        {
            _session.Forget();
        }

        ClearForgotten();
        foreach (var cursor in _cursors.Values)
        {
            cursor.IsInSession = false;
            Touch(cursor);
        }
    }

    /// <summary>The broker took the request.</summary>
    public void Accepted(FetchResponse response, short version)
    {
        if (version >= FirstWithSessions)
        {
            _session.Accepted(response);
        }
    }

    /// <summary>
    /// The cursor an answer is for, and the offset it was asked with; null when it was paused, moved or sought elsewhere meanwhile.
    /// </summary>
    public FetchCursor? Find(FetchableTopicResponse topic, int partition, out long asked)
    {
        FetchCursor? cursor;
        if (_byId)
        {
            _cursorsById.TryGetValue((topic.TopicId, partition), out cursor);
        }
        else
        {
            _cursors.TryGetValue(new TopicPartition(topic.Topic, partition), out cursor);
        }

        asked = cursor?.SentPosition ?? -1;
        return cursor is { IsActive: true } && asked == cursor.Position ? cursor : null;
    }

    /// <summary>
    /// Fills the request; the version to send it in, or -1 when there is nothing to fetch. <paramref name="somebodyWaits"/>: a cursor
    /// somewhere has no broker, and must not sit out a long poll here when it comes.
    /// </summary>
    public short Build(short version, bool somebodyWaits)
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
        _request.MaxWaitMs = (int)Wait(somebodyWaits).TotalMilliseconds;
        return version;
    }

    private TimeSpan Wait(bool somebodyWaits)
    {
        if (_active == _cursors.Count && !_isWaiting && !somebodyWaits)
        {
            return options.MaxWait;
        }

        var wait = _isWaiting || (_active < _cursors.Count && time.GetElapsedTime(_pausedAt) < RecentPause)
            ? WaitAfterPause
            : WaitWhileSomebodyIsAway;
        return wait < options.MaxWait ? wait : options.MaxWait;
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
            if (cursor.IsActive && cursor.Book == this)
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
            if (cursor.IsActive && cursor.Book == this)
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
    /// A new cursor for a partition that an earlier one of ours leaves only now: the session must forget it first, or the broker, which
    /// told the earlier one, would never tell the new one where the log ends.
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
        partition.PartitionMaxBytes = Math.Max(options.MaxPartitionBytes, cursor.Place.NeededBytes);
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
