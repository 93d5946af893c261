using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>The incremental fetch sessions of one broker (KIP-227, FetchSessionCache).</summary>
internal sealed class FetchSessions
{
    private const int MaxSessions = 1000;

    /// <summary>The most partitions that all sessions remember together.</summary>
    internal const int MaxWeight = 300_000;

    private const int InitialEpoch = 0;
    private const int FinalEpoch = -1;
    private const long EvictionMs = 120_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, FetchSession> _sessions = [];
    private readonly Random _random = new();

    public int Count
    {
        get
        {
            lock (_lock) return _sessions.Count;
        }
    }

    public void Clear()
    {
        lock (_lock) _sessions.Clear();
    }

    /// <summary>
    /// The session that a request is for, brought up to date with it: a new one, a known one, or one that is forgotten after the answer.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="usesTopicIds">Whether its version names topics by id.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="session">What to answer; its id is 0 when nothing is to be remembered.</param>
    /// <param name="incremental">Whether partitions without news may be left out.</param>
    public ErrorCode Begin(FetchRequest request, bool usesTopicIds, long nowMs, out FetchSession session, out bool incremental)
    {
        incremental = request.SessionEpoch is not (InitialEpoch or FinalEpoch);
        lock (_lock)
        {
            if (incremental)
            {
                if (!_sessions.TryGetValue(request.SessionId, out session!)) return ErrorCode.FetchSessionIdNotFound;
                if (session.NextEpoch != request.SessionEpoch) return ErrorCode.InvalidFetchSessionEpoch;
                if (session.UsesTopicIds != usesTopicIds) return ErrorCode.FetchSessionTopicIdError;

                session.NextEpoch = request.SessionEpoch == int.MaxValue ? 1 : request.SessionEpoch + 1;
            }
            else
            {
                _sessions.Remove(request.SessionId);
                session = request.SessionEpoch == FinalEpoch || !MakeRoom(nowMs)
                    ? new FetchSession(FetchSession.Sessionless, usesTopicIds)
                    : Add(usesTopicIds);
            }

            session.LastUsedMs = nowMs;
        }

        var weight = session.Weight;
        foreach (var topic in request.ForgottenTopicsData)
        {
            foreach (var index in topic.Partitions) session.Forget(topic.Topic, topic.TopicId, index);
        }

        foreach (var topic in request.Topics)
        {
            foreach (var asked in topic.Partitions)
            {
                var partition = session.FindOrAdd(topic.Topic, topic.TopicId, asked.Partition);
                partition.FetchOffset = asked.FetchOffset;
                partition.MaxBytes = asked.PartitionMaxBytes;
                partition.CurrentLeaderEpoch = asked.CurrentLeaderEpoch;
                partition.LastFetchedEpoch = asked.LastFetchedEpoch;
            }
        }

        if (session.Weight > weight && session.Id != FetchSession.Sessionless) EndIfTooHeavy(session);
        return ErrorCode.None;
    }

    private void EndIfTooHeavy(FetchSession session)
    {
        lock (_lock)
        {
            if (_sessions.Values.Sum(other => other.Weight) <= MaxWeight) return;

            _sessions.Remove(session.Id);
            session.End();
        }
    }

    private bool MakeRoom(long nowMs)
    {
        if (_sessions.Count < MaxSessions) return true;

        var oldest = _sessions.Values.MinBy(session => session.LastUsedMs)!;
        return nowMs - oldest.LastUsedMs > EvictionMs && _sessions.Remove(oldest.Id);
    }

    private FetchSession Add(bool usesTopicIds)
    {
        int id;
        do id = _random.Next(1, int.MaxValue);
        while (_sessions.ContainsKey(id));

        var session = new FetchSession(id, usesTopicIds);
        _sessions.Add(id, session);
        return session;
    }
}
