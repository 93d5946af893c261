using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// The partitions a stream owns, each with its lane once that is open. The group adds and removes; the opener installs; everybody else
/// reads copies.
/// </summary>
internal sealed class LaneTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, (OwnedLane Owned, Lane? Lane)> _lanes = [];
    private readonly Dictionary<TopicPartition, Trouble> _troubles = [];
    private readonly HashSet<TopicPartition> _halted = [];
    private readonly HashSet<TopicPartition> _leaving = [];
    private Lane[] _open = [];
    private long _terms;

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

    /// <summary>What there is at one moment, open and not.</summary>
    public TableLanes Now()
    {
        lock (_gate)
        {
            return new TableLanes(_open, [.. _troubles], _lanes.Count);
        }
    }

    /// <summary>All partitions that are owned, whether their lanes are open or not.</summary>
    public IReadOnlyList<TopicPartition> Owned
    {
        get
        {
            lock (_gate)
            {
                return [.. _lanes.Keys];
            }
        }
    }

    /// <summary>Owns a partition, and returns the term for which it does.</summary>
    public long Own(TopicPartition partition)
    {
        lock (_gate)
        {
            _lanes.TryAdd(partition, (new OwnedLane(++_terms, null), null));
            return _lanes[partition].Owned.Term;
        }
    }

    /// <summary>Every owned partition has a lane, or stands still until somebody acts.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_gate)
            {
                return _open.Length + _troubles.Values.Count(trouble => trouble.NextTry is null) >= _lanes.Count;
            }
        }
    }

    /// <summary>Owned partitions whose lane is not open and not halted.</summary>
    public Dictionary<TopicPartition, OwnedLane> Unopened()
    {
        lock (_gate)
        {
            return _lanes.Where(entry => entry.Value.Lane is null && !_halted.Contains(entry.Key) && !_leaving.Contains(entry.Key))
                .ToDictionary(entry => entry.Key, entry => entry.Value.Owned);
        }
    }

    /// <summary>
    /// Puts a lane in its place; false when the partition is not owned any more for <paramref name="term"/>: its start may have been looked
    /// up too early.
    /// </summary>
    public bool TryInstall(Lane lane, long term)
    {
        lock (_gate)
        {
            if (!IsUnopened(lane.Plan.Source, term))
            {
                return false;
            }

            _lanes[lane.Plan.Source] = (new OwnedLane(term, null), lane);
            _troubles.Remove(lane.Plan.Source);
            _halted.Remove(lane.Plan.Source);
            Publish();
            return true;
        }
    }

    /// <summary>
    /// A lane is closed at <paramref name="left"/>; its partition, if it is still owned, is to be opened again, and goes on from there.
    /// </summary>
    public void Reopen(TopicPartition partition, LanePosition left)
    {
        lock (_gate)
        {
            if (_lanes.ContainsKey(partition))
            {
                _lanes[partition] = (new OwnedLane(++_terms, left), null);
                Publish();
            }
        }
    }

    /// <summary>
    /// The partition is not opened before <see cref="GoOn"/>; unless it is not owned any more for <paramref name="term"/>.
    /// </summary>
    public void Halt(TopicPartition partition, long term, Trouble trouble)
    {
        lock (_gate)
        {
            if (IsUnopened(partition, term))
            {
                _halted.Add(partition);
                _troubles[partition] = trouble;
            }
        }
    }

    /// <summary>Somebody decided how a halted lane goes on: it is to be opened.</summary>
    public void GoOn(TopicPartition partition)
    {
        lock (_gate)
        {
            _halted.Remove(partition);
        }
    }

    /// <summary>Says why a lane cannot be opened now; what somebody must act for is told until it is opened.</summary>
    public void CannotOpen(TopicPartition partition, Trouble trouble)
    {
        lock (_gate)
        {
            if (_lanes.TryGetValue(partition, out var owned) && owned.Lane is null
                && _troubles.GetValueOrDefault(partition) is not { NextTry: null })
            {
                _troubles[partition] = trouble;
            }
        }
    }

    /// <summary>Lanes that stand still until somebody says how to go on, open or not.</summary>
    public IReadOnlyList<PausedLane> Halted() =>
    [
        .. from trouble in Troubles()
           where trouble.Value.NextTry is null
           select new PausedLane(trouble.Key.Topic, trouble.Key.Partition, trouble.Value),
        .. from lane in Open
           let now = lane.Snapshot()
           where now.StandsFor is { NextTry: null }
           select new PausedLane(now.Source.Topic, now.Source.Partition, now.StandsFor!),
    ];

    /// <summary>Owned partitions that cannot be opened now, with the cause.</summary>
    public KeyValuePair<TopicPartition, Trouble>[] Troubles()
    {
        lock (_gate)
        {
            return [.. _troubles];
        }
    }

    /// <summary>
    /// The open lanes of <paramref name="partitions"/>, which are to be given up: the table keeps them until they are disowned. The others
    /// are owned no more at once, so that none is opened meanwhile.
    /// </summary>
    public List<Lane> BeginGivingUp(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            List<Lane> open = [];
            foreach (var partition in partitions)
            {
                if (_lanes.GetValueOrDefault(partition).Lane is { } lane)
                {
                    open.Add(lane);
                    _leaving.Add(partition);
                }
                else
                {
                    Remove(partition);
                }
            }

            return open;
        }
    }

    /// <summary>Owns <paramref name="partitions"/> no more.</summary>
    public void Disown(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                Remove(partition);
            }

            Publish();
        }
    }

    private bool IsUnopened(TopicPartition partition, long term) =>
        _lanes.TryGetValue(partition, out var present) && present.Owned.Term == term && present.Lane is null
            && !_leaving.Contains(partition);

    private void Remove(TopicPartition partition)
    {
        _lanes.Remove(partition);
        _troubles.Remove(partition);
        _halted.Remove(partition);
        _leaving.Remove(partition);
    }

    private void Publish() => Volatile.Write(ref _open, [.. _lanes.Values.Select(entry => entry.Lane).OfType<Lane>()]);
}
