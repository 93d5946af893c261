using Heliostat.Client;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The partitions a stream owns, each with its lane once that is open. The group adds and removes; the opener installs; everybody else reads copies.
/// </summary>
internal sealed class LaneTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, Lane?> _lanes = [];
    private readonly Dictionary<TopicPartition, LanePause> _troubles = [];
    private Lane[] _open = [];

    /// <summary>Lanes that are open; a copy that does not change.</summary>
    public IReadOnlyList<Lane> Open => Volatile.Read(ref _open);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lanes.Count;
            }
        }
    }

    public void Own(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                _lanes.TryAdd(partition, null);
            }
        }
    }

    /// <summary>Owned partitions whose lane is not open yet.</summary>
    public List<TopicPartition> Unopened()
    {
        lock (_gate)
        {
            return [.. _lanes.Where(entry => entry.Value is null).Select(entry => entry.Key)];
        }
    }

    /// <summary>Puts a lane in its place; false when the partition is owned no more.</summary>
    public bool TryInstall(Lane lane)
    {
        lock (_gate)
        {
            if (!_lanes.TryGetValue(lane.Plan.Source, out var present) || present is not null)
            {
                return false;
            }

            _lanes[lane.Plan.Source] = lane;
            _troubles.Remove(lane.Plan.Source);
            Publish();
            return true;
        }
    }

    /// <summary>Says why a lane cannot be opened now.</summary>
    public void Trouble(TopicPartition partition, LanePause pause)
    {
        lock (_gate)
        {
            if (_lanes.ContainsKey(partition))
            {
                _troubles[partition] = pause;
            }
        }
    }

    /// <summary>Owned partitions that cannot be opened now, with the cause.</summary>
    public KeyValuePair<TopicPartition, LanePause>[] Troubles()
    {
        lock (_gate)
        {
            return [.. _troubles];
        }
    }

    /// <summary>The lanes of <paramref name="partitions"/> that are open; the table keeps them.</summary>
    public List<Lane> Find(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            return [.. partitions.Select(partition => _lanes.GetValueOrDefault(partition)).OfType<Lane>()];
        }
    }

    /// <summary>Owns <paramref name="partitions"/> no more.</summary>
    public void Disown(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                _lanes.Remove(partition);
                _troubles.Remove(partition);
            }

            Publish();
        }
    }

    private void Publish() => Volatile.Write(ref _open, [.. _lanes.Values.OfType<Lane>()]);
}
