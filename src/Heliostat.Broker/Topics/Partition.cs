using Heliostat.Broker.Logs;

namespace Heliostat.Broker.Topics;

/// <summary>A partition: its log, of which the cluster has one copy, its leadership, and how far its replicas have come.</summary>
internal sealed class Partition
{
    private readonly Lock _lock = new();
    private readonly Replicas? _replicas;
    private Leadership _leadership;

    /// <param name="topic">The topic.</param>
    /// <param name="index">Its number there.</param>
    /// <param name="log">What it holds.</param>
    /// <param name="leadership">Who leads it from the start.</param>
    /// <param name="replication">How followers follow; null where they have everything at once.</param>
    public Partition(Topic topic, int index, PartitionLog log, Leadership leadership, Replication? replication = null)
    {
        (Topic, Index, Log, _leadership) = (topic, index, log, leadership);
        if (replication is null) return;

        _replicas = new Replicas(replication, log, Fetched);
        _replicas.GiveAll(leadership.Isr);
        _replicas.Follow(leadership);
    }

    public Topic Topic { get; }

    public int Index { get; }

    public PartitionLog Log { get; }

    public Leadership Leadership => Volatile.Read(ref _leadership);

    /// <summary>How many replicas must be in sync for <c>acks=all</c>: never more than there are.</summary>
    public int MinInsyncReplicas => Math.Min(Log.Options.MinInsyncReplicas, Leadership.Replicas.Count);

    /// <summary>Whether what is appended is not on all replicas at once.</summary>
    public bool ReplicatesLater => _replicas is not null;

    /// <summary>Whether this broker may serve a request that names this leader epoch, -1 for none.</summary>
    public ErrorCode CheckLeader(int brokerId, int currentLeaderEpoch, out Leadership leadership)
    {
        leadership = Leadership;
        if (leadership.Offline.Contains(brokerId)) return ErrorCode.KafkaStorageError;
        if (currentLeaderEpoch >= 0 && currentLeaderEpoch < leadership.LeaderEpoch) return ErrorCode.FencedLeaderEpoch;
        if (currentLeaderEpoch > leadership.LeaderEpoch) return ErrorCode.UnknownLeaderEpoch;
        return leadership.Leader == brokerId ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;
    }

    /// <summary>Whether this broker may serve a fetch; followers in sync may serve consumers that know of them (KIP-392).</summary>
    public ErrorCode CheckReadable(int brokerId, int currentLeaderEpoch, bool mayFollow)
    {
        var error = CheckLeader(brokerId, currentLeaderEpoch, out var leadership);
        var follows = mayFollow && leadership.Leader != Leadership.NoLeader && leadership.Isr.Contains(brokerId);
        return error == ErrorCode.NotLeaderOrFollower && follows ? ErrorCode.None : error;
    }

    /// <summary>Ends a producer's transaction here; a partition that nobody leads takes no marker, and is tried again.</summary>
    public ErrorCode AppendMarker(long producerId, short producerEpoch, bool commit, int coordinatorEpoch)
    {
        if (Leadership.Leader == Leadership.NoLeader) return ErrorCode.KafkaStorageError;

        var error = Log.AppendMarker(producerId, producerEpoch, commit, coordinatorEpoch);
        if (_replicas is null) return error;

        // The coordinator is content when all in sync have it.
        lock (_lock)
        {
            _replicas.GiveAll(_leadership.Isr);
            _replicas.Follow(_leadership);
        }

        return error;
    }

    /// <summary>Lets followers fetch what was appended.</summary>
    public void Appended()
    {
        if (_replicas is null) return;

        lock (_lock) _replicas.Follow(_leadership);
    }

    /// <summary>
    /// Lets followers that were behind for too long drop out of sync (<c>replica.lag.time.max.ms</c>), and those that stood still go on.
    /// </summary>
    public void DropLaggards()
    {
        lock (_lock)
        {
            Volatile.Write(ref _leadership, _leadership with { Isr = _replicas!.WithoutLaggards(_leadership) });
            _replicas.Follow(_leadership);
        }
    }

    /// <summary>Cuts the log off at an offset, under a new leader epoch.</summary>
    public void Truncate(long offset)
    {
        lock (_lock)
        {
            var changed = _leadership with { LeaderEpoch = _leadership.LeaderEpoch + 1 };
            Log.Truncate(offset, changed.LeaderEpoch);
            Volatile.Write(ref _leadership, changed);
            _replicas?.CutOff();
            _replicas?.Follow(changed);
        }

        Log.WakeWaiters();
    }

    /// <summary>Changes who leads; a new leader begins a new epoch, which fences appends of the old one.</summary>
    public void Change(Func<Leadership, Leadership> change)
    {
        lock (_lock)
        {
            var old = _leadership;
            var changed = change(old);
            Volatile.Write(ref _leadership, changed);
            _replicas?.GiveAll(changed.Isr.Except(old.Isr));
            if (changed.LeaderEpoch != old.LeaderEpoch) Begin(old, changed);
            _replicas?.Follow(changed);
        }

        Log.WakeWaiters();
    }

    /// <summary>Makes a replica lead with what it has, in sync or not (<c>unclean.leader.election.enable</c>).</summary>
    public void ElectUncleanly(int brokerId)
    {
        lock (_lock)
        {
            var old = _leadership;
            var changed = old with { Leader = brokerId, LeaderEpoch = old.LeaderEpoch + 1, Isr = [brokerId] };
            Volatile.Write(ref _leadership, changed);
            Begin(old, changed);
            _replicas?.Follow(changed);
        }

        Log.WakeWaiters();
    }

    private void Begin(Leadership old, Leadership changed)
    {
        if (_replicas?.EndFor(old, changed) is not { } end || end == Log.LogEndOffset)
        {
            Log.BeginEpoch(changed.LeaderEpoch);
            return;
        }

        Log.Truncate(end, changed.LeaderEpoch);
        _replicas.CutOff();
    }

    private void Fetched(int brokerId)
    {
        lock (_lock)
        {
            Volatile.Write(ref _leadership, _leadership with { Isr = _replicas!.Fetched(brokerId, _leadership) });
            _replicas.Follow(_leadership);
        }
    }
}
