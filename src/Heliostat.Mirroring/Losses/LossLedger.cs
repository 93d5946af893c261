using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// The losses of a flow and its halted lanes, and which topics it selected, as the state topic keeps them (docs/formats.md). Thread-safe.
/// <list type="bullet">
/// <item>A. A lane that halted stays so, whatever its logs look like later, until somebody says how to go on.</item>
/// <item>B. Of a lane the newest <see cref="MostEvents"/> losses are kept.</item>
/// </list>
/// </summary>
internal sealed class LossLedger(TimeProvider time)
{
    private const int MostEvents = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, LaneDecision> _lanes = [];
    private readonly Dictionary<TopicPartition, Queue<LossEventKey>> _events = [];
    private readonly Dictionary<string, KeyedRecord> _unsaved = new(StringComparer.Ordinal);
    private SelectionNote? _selected;

    /// <summary>What the state topic does not hold yet.</summary>
    public IReadOnlyList<KeyedRecord> Unsaved
    {
        get
        {
            lock (_gate)
            {
                return [.. _unsaved.Values];
            }
        }
    }

    /// <summary>Lanes that are halted, and lanes that are to go on, each with what is known of it.</summary>
    public IReadOnlyDictionary<TopicPartition, LaneDecision> Lanes
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<TopicPartition, LaneDecision>(_lanes);
            }
        }
    }

    /// <summary>Which topics the flow selected when it ran before; null where it did not say.</summary>
    public SelectionNote? Selected
    {
        get
        {
            lock (_gate)
            {
                return _selected;
            }
        }
    }

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        lock (_gate)
        {
            if (LaneDecision.TryReadKey(key, out var lane))
            {
                if (value is not null && LaneDecision.TryRead(value, out var decision))
                {
                    _lanes[lane] = decision;
                }
                else
                {
                    _lanes.Remove(lane);
                }
            }
            else if (LossEventKey.TryRead(key, out var happened) && value is not null)
            {
                Keep(happened);
            }
            else if (SelectedTopics.IsKey(key))
            {
                _selected = SelectedTopics.Read(value);
            }
        }
    }

    /// <summary>All that the flow selects has a stored position.</summary>
    public void Select(SelectionNote note)
    {
        lock (_gate)
        {
            if (note != _selected)
            {
                _selected = note;
                Save(SelectedTopics.Key(), SelectedTopics.Write(note));
            }
        }
    }

    /// <summary>It was told at an earlier start.</summary>
    public bool Knows(Loss loss)
    {
        lock (_gate)
        {
            return _events.TryGetValue(loss.Lane, out var events) && events.Contains(new LossEventKey(loss.Lane, loss.Kind, loss.Position));
        }
    }

    /// <summary>Takes over what was decided about lanes that are halted here.</summary>
    public void Adopt(LossLedger read)
    {
        lock (_gate)
        {
            foreach (var (lane, decision) in read.Lanes.Where(lane => lane.Value.ResumeAt is not null))
            {
                if (_lanes.TryGetValue(lane, out var halted) && halted.ResumeAt is null
                    && !_unsaved.ContainsKey(Convert.ToHexString(LaneDecision.Key(lane))))
                {
                    _lanes[lane] = decision;
                }
            }
        }
    }

    /// <summary>What was read later holds for all lanes but those that <paramref name="isOurs"/>.</summary>
    public void Adopt(LossLedger read, Func<TopicPartition, bool> isOurs)
    {
        var (lanes, happened) = (read.Lanes, read.Events());
        lock (_gate)
        {
            _selected ??= read.Selected;
            foreach (var lane in _lanes.Keys.Union(lanes.Keys).Where(lane => !isOurs(lane)).ToList())
            {
                _lanes.Remove(lane);
                if (lanes.TryGetValue(lane, out var decision))
                {
                    _lanes[lane] = decision;
                }
            }

            foreach (var (lane, events) in happened.Where(lane => !isOurs(lane.Key)))
            {
                _events[lane] = events;
            }
        }
    }

    public void Record(Loss loss, LossAction action, string cause)
    {
        lock (_gate)
        {
            var key = new LossEventKey(loss.Lane, loss.Kind, loss.Position);
            if (Keep(key))
            {
                Save(key.Write(), LossEventKey.Value(loss, action, time.GetUtcNow()));
            }

            if (action == LossAction.Halt && !_lanes.ContainsKey(loss.Lane))
            {
                _lanes[loss.Lane] = LaneDecision.Halted(loss, cause, time.GetUtcNow());
                Save(LaneDecision.Key(loss.Lane), _lanes[loss.Lane].Write());
            }
        }
    }

    /// <summary>What is decided of a lane from now on, null for nothing; returns what was before.</summary>
    public LaneDecision? Decide(TopicPartition lane, LaneDecision? decision)
    {
        lock (_gate)
        {
            var former = _lanes.GetValueOrDefault(lane);
            if (decision is null)
            {
                _lanes.Remove(lane);
            }
            else
            {
                _lanes[lane] = decision;
            }

            Save(LaneDecision.Key(lane), decision?.Write());
            return former;
        }
    }

    /// <summary>The lane went on as it was told to.</summary>
    public void Resumed(TopicPartition lane)
    {
        lock (_gate)
        {
            if (_lanes.Remove(lane))
            {
                Save(LaneDecision.Key(lane), null);
            }
        }
    }

    /// <summary>The state topic holds these now.</summary>
    public void Saved(IReadOnlyList<KeyedRecord> records)
    {
        lock (_gate)
        {
            foreach (var record in records)
            {
                var key = Convert.ToHexString(record.Key);
                if (_unsaved.TryGetValue(key, out var now) && now.Equals(record))
                {
                    _unsaved.Remove(key);
                }
            }
        }
    }

    /// <summary>False when it is known already.</summary>
    private bool Keep(LossEventKey happened)
    {
        if (!_events.TryGetValue(happened.Lane, out var events))
        {
            _events[happened.Lane] = events = new Queue<LossEventKey>();
        }

        if (events.Contains(happened))
        {
            return false;
        }

        events.Enqueue(happened);
        if (events.Count > MostEvents)
        {
            // What the topic never held needs no word that it goes: so many are kept in memory as there, however fast they come.
            var oldest = events.Dequeue().Write();
            if (!_unsaved.Remove(Convert.ToHexString(oldest), out var unsaved) || unsaved.Value is null)
            {
                Save(oldest, null);
            }
        }

        return true;
    }

    private Dictionary<TopicPartition, Queue<LossEventKey>> Events()
    {
        lock (_gate)
        {
            return _events.ToDictionary(lane => lane.Key, lane => new Queue<LossEventKey>(lane.Value));
        }
    }

    private void Save(byte[] key, byte[]? value) => _unsaved[Convert.ToHexString(key)] = new KeyedRecord(key, value);
}
