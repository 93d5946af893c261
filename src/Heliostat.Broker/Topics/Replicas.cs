using Heliostat.Broker.Logs;

namespace Heliostat.Broker.Topics;

/// <summary>
/// How far each replica of a partition has come: marks over its one log. Guarded by the partition's lock.
/// <list type="bullet">
/// <item>A. What a replica has is what the log holds up to its mark; the leader has all of it.</item>
/// <item>B. The high watermark is the lowest mark of those in sync. It goes back only when the log is cut off.</item>
/// <item>C. Who comes to lead has what it has: the log is cut off at its mark.</item>
/// </list>
/// </summary>
internal sealed class Replicas(Replication replication, PartitionLog log, Action<int> fetched)
{
    private readonly Dictionary<int, Follower> _followers = [];
    private long _highWatermark;

    /// <summary>Before <paramref name="changed"/> leads: where the log ends for it.</summary>
    public long EndFor(Leadership old, Leadership changed)
    {
        if (Find(old.Leader) is { } led) led.Mark = log.LogEndOffset;
        return Find(changed.Leader) is { } leads ? Math.Min(leads.Mark, log.LogEndOffset) : log.LogEndOffset;
    }

    /// <summary>The log ends here now: nobody has more.</summary>
    public void CutOff()
    {
        var end = log.LogEndOffset;
        foreach (var follower in _followers.Values)
        {
            follower.Mark = Math.Min(follower.Mark, end);
            follower.Asked = Math.Min(follower.Asked, end);
        }

        _highWatermark = Math.Min(_highWatermark, end);
    }

    /// <summary>
    /// Lets everybody have what there is: who joins as replica has it from the start, and a marker is there when all in sync have it.
    /// </summary>
    public void GiveAll(IEnumerable<int> replicas)
    {
        foreach (var id in replicas)
        {
            if (Find(id) is { } follower) follower.Mark = log.LogEndOffset;
        }
    }

    /// <summary>Notes who is in sync now, and lets those who lack something fetch it.</summary>
    public void Follow(Leadership leadership)
    {
        if (leadership.Leader == Leadership.NoLeader) return;

        var end = log.LogEndOffset;
        var highWatermark = end;
        foreach (var id in leadership.Replicas)
        {
            if (id == leadership.Leader || Find(id) is not { } follower) continue;

            if (leadership.Isr.Contains(id)) highWatermark = Math.Min(highWatermark, follower.Mark);
            if (follower.Mark == end && leadership.Isr.Contains(id)) follower.CaughtUp = replication.Time.GetTimestamp();
            else if (!follower.IsFetching && replication.Follows(id)) Fetch(follower, end);
        }

        _highWatermark = Math.Max(_highWatermark, Math.Min(highWatermark, end));
        log.Replicated(_highWatermark);
    }

    /// <summary>The replicas in sync when what a follower fetched has come to it.</summary>
    public IReadOnlyList<int> Fetched(int id, Leadership leadership)
    {
        var follower = _followers[id];
        follower.IsFetching = false;
        if (leadership.Leader == Leadership.NoLeader || leadership.Leader == id || !replication.Follows(id)) return leadership.Isr;

        follower.Mark = Math.Max(follower.Mark, Math.Min(follower.Asked, log.LogEndOffset));
        if (follower.Mark < log.LogEndOffset && follower.Mark < _highWatermark) return leadership.Isr;

        follower.CaughtUp = replication.Time.GetTimestamp();
        return leadership.Isr.Contains(id)
            ? leadership.Isr
            : [.. leadership.Replicas.Where(replica => replica == id || leadership.Isr.Contains(replica))];
    }

    /// <summary>The replicas in sync without those that were behind for too long.</summary>
    public IReadOnlyList<int> WithoutLaggards(Leadership leadership)
    {
        var end = log.LogEndOffset;
        return leadership.Isr.Any(IsLaggard) ? [.. leadership.Isr.Where(id => !IsLaggard(id))] : leadership.Isr;

        bool IsLaggard(int id) =>
            id != leadership.Leader && Find(id) is { } follower && follower.Mark < end
                && replication.Time.GetElapsedTime(follower.CaughtUp) > replication.LagMax;
    }

    private Follower? Find(int id)
    {
        if (id == Leadership.NoLeader) return null;

        if (!_followers.TryGetValue(id, out var follower))
        {
            _followers[id] = follower = new Follower { CaughtUp = replication.Time.GetTimestamp() };
            follower.Timer = replication.Time.CreateTimer(_ => fetched(id), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return follower;
    }

    private void Fetch(Follower follower, long end)
    {
        follower.IsFetching = true;
        follower.Asked = end;
        follower.Timer!.Change(replication.NextDelay(), Timeout.InfiniteTimeSpan);
    }

    private sealed class Follower
    {
        public long Mark;

        /// <summary>What the fetch under way will bring.</summary>
        public long Asked;

        public bool IsFetching;
        public long CaughtUp;
        public ITimer? Timer;
    }
}
