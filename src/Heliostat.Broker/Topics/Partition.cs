using Heliostat.Broker.Logs;

namespace Heliostat.Broker.Topics;

/// <summary>A partition: its log, of which the cluster has one copy, and its leadership.</summary>
internal sealed class Partition(Topic topic, int index, PartitionLog log, Leadership leadership)
{
    private readonly Lock _lock = new();
    private Leadership _leadership = leadership;

    public Topic Topic { get; } = topic;

    public int Index { get; } = index;

    public PartitionLog Log { get; } = log;

    public Leadership Leadership => Volatile.Read(ref _leadership);

    /// <summary>Whether this broker may serve a request that names this leader epoch, -1 for none.</summary>
    public ErrorCode CheckLeader(int brokerId, int currentLeaderEpoch, out Leadership leadership)
    {
        leadership = Leadership;
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

    /// <summary>Cuts the log off at an offset, under a new leader epoch.</summary>
    public void Truncate(long offset)
    {
        lock (_lock)
        {
            var changed = _leadership with { LeaderEpoch = _leadership.LeaderEpoch + 1 };
            Log.Truncate(offset, changed.LeaderEpoch);
            Volatile.Write(ref _leadership, changed);
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
            if (changed.LeaderEpoch != old.LeaderEpoch) Log.BeginEpoch(changed.LeaderEpoch);
        }

        Log.WakeWaiters();
    }
}
