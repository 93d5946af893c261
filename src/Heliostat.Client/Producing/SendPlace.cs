namespace Heliostat.Client.Producing;

/// <summary>
/// Where a partition's batches are sent: the loop of the broker that has them in hand, the leader that it is to be next, and the place in
/// that loop's line. Behind the partition's lock.
/// Invariants: (A) the loop changes only in <see cref="Follow"/>, and then no earlier place in a line is worth anything; (B) a place is
/// worth something only with the newest ticket; (C) once another topic has the name, nothing is sent until somebody says that what comes is
/// meant for that one.
/// </summary>
internal sealed class SendPlace
{
    private BrokerSendLoop? _leader;
    private int _logEpoch = -1;
    private bool _isInLine;
    private int _ticket;

    /// <summary>Who sends now; null when nobody does.</summary>
    public BrokerSendLoop? Loop { get; private set; }

    /// <summary>Who is to send; null while no leader is known. May be read without the lock.</summary>
    public BrokerSendLoop? Leader => Volatile.Read(ref _leader);

    public Guid TopicId { get; private set; }

    public bool IsAtLeader => Loop == _leader;

    /// <summary>The topic of the name is another one than its batches were meant for: it was deleted and created anew.</summary>
    public bool IsAnother { get; private set; }

    /// <summary>The epoch of the leader; -1 where that is not known.</summary>
    public int LeaderEpoch { get; private set; } = -1;

    /// <summary>Another leader epoch began than that in which batches were sent before: its log may be another.</summary>
    public bool IsAnew { get; private set; }

    /// <summary>Its batches may be sent where it is.</summary>
    public bool MaySend => IsAtLeader && !IsAnother;

    /// <summary>It is at its leader and not in line there.</summary>
    public bool MayLineUp => !_isInLine && Loop is not null && MaySend;

    /// <summary>
    /// Metadata that says this is not older than what is known: a leader epoch never goes back, unless the topic is another one.
    /// </summary>
    public bool IsNews(int leaderEpoch, Guid topicId) => leaderEpoch < 0 || leaderEpoch >= LeaderEpoch || topicId != TopicId;

    /// <summary>Notes the leader; true when there is one, and it is another than before or leads anew.</summary>
    public bool Lead(BrokerSendLoop? leader, int leaderEpoch, Guid topicId)
    {
        var moved = leader is not null && (leader != _leader || leaderEpoch != LeaderEpoch);
        Volatile.Write(ref _leader, leader);
        LeaderEpoch = leaderEpoch;
        IsAnew |= leaderEpoch >= 0 && _logEpoch >= 0 && leaderEpoch != _logEpoch;
        _logEpoch = leaderEpoch >= 0 ? leaderEpoch : _logEpoch;
        if (topicId != Guid.Empty)
        {
            IsAnother |= TopicId != Guid.Empty && TopicId != topicId;
            TopicId = topicId;
        }

        return moved;
    }

    /// <summary>What is sent is meant for the topic and the log that are there now.</summary>
    public void Accept() => (IsAnother, IsAnew) = (false, false);

    /// <summary>What the log is under that leader epoch is known; false where there is another one by now.</summary>
    public bool IsSeen(int leaderEpoch)
    {
        IsAnew &= leaderEpoch != LeaderEpoch;
        return leaderEpoch == LeaderEpoch;
    }

    /// <summary>Goes to the leader.</summary>
    public void Follow()
    {
        Loop = _leader;
        _isInLine = false;
        _ticket++;
    }

    /// <summary>Takes a place in line; gives the loop that is to be told, and the ticket to tell.</summary>
    public BrokerSendLoop? LineUp(out int ticket)
    {
        _isInLine = true;
        ticket = ++_ticket;
        return Loop;
    }

    public void LeaveLine() => _isInLine = false;

    /// <summary>A place in line is worth something (B); it is left where nothing may be sent, or there is nothing to send.</summary>
    public bool Keeps(int ticket, bool wantsToSend) => ticket == _ticket && (_isInLine = MaySend && wantsToSend);
}
