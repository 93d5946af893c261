using System.Threading.Channels;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// What an operator wants to stand still, whether or not it is open now: it outlives lanes and lives of the flow, and where the flow keeps
/// a state topic, processes. Thread-safe.
/// <list type="bullet">
/// <item>A. What was said here last counts until it is kept; then what the topic says last does.</item>
/// <item>B. Who lets the flow go on, by whichever door, lets go on what goes with its records: their topics, configs, rules and offset
/// syncs.</item>
/// <item>C. Who says something lets lanes heed it behind that (<see cref="Still"/>, <see cref="GoOn"/>), each by what is said at that
/// moment: whoever comes last, the last word counts.</item>
/// </list>
/// </summary>
internal sealed class Suspensions
{
    private static readonly SuspensionKey Everything = new(null, null);
    private static readonly Duty[] OfRecords =
        [Duty.Topics, Duty.TopicConfigs, Duty.TopicAcls, Duty.OffsetSyncs, Duty.Deletions, Duty.Quotas];

    private readonly Lock _gate = new();
    private readonly Lock _heeding = new();
    private readonly HashSet<SuspensionKey> _still = [];
    private readonly HashSet<SuspensionKey> _unsaved = [];
    private readonly Dictionary<SuspensionKey, DateTimeOffset> _until = [];
    private readonly HashSet<Duty> _duties = [];
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite
    });

    /// <summary>Called when another process said something new.</summary>
    public Action Changed { private get; set; } = static () => { };

    /// <summary>There may be something to keep.</summary>
    public ChannelReader<bool> Wakes => _changed.Reader;

    /// <summary>All lanes are to stand still.</summary>
    public bool All
    {
        get
        {
            lock (_gate)
            {
                return _still.Contains(Everything);
            }
        }

        set => Say(Everything, value);
    }

    /// <summary>What the state topic does not hold yet.</summary>
    public IReadOnlyList<(SuspensionKey Key, bool IsStill, DateTimeOffset? Until)> Unsaved
    {
        get
        {
            lock (_gate)
            {
                return [.. _unsaved.Select(key => (key, _still.Contains(key), UntilOf(key)))];
            }
        }
    }

    /// <summary>What stands still, and until when; null for no end.</summary>
    public IReadOnlyList<(SuspensionKey Key, DateTimeOffset? Until)> StandingStill
    {
        get
        {
            lock (_gate)
            {
                return [.. _still.Select(key => (key, UntilOf(key)))];
            }
        }
    }

    public bool Has(TopicPartition lane)
    {
        lock (_gate)
        {
            return _still.Count > 0 && (_still.Contains(Everything) || _still.Contains(new SuspensionKey(lane.Topic, null))
                || _still.Contains(SuspensionKey.Of(lane)));
        }
    }

    /// <summary>Lets a lane stand still if it is to.</summary>
    public void Still(Lane lane)
    {
        lock (_heeding)
        {
            if (Has(lane.Plan.Source))
            {
                lane.Suspend();
            }
        }
    }

    /// <summary>Lets a lane go on unless it is to stand still.</summary>
    public void GoOn(Lane lane, bool triesNow = true)
    {
        lock (_heeding)
        {
            if (!Has(lane.Plan.Source))
            {
                lane.Resume(triesNow);
            }
        }
    }

    public bool Has(Duty duty)
    {
        lock (_gate)
        {
            return _duties.Contains(duty);
        }
    }

    public void Set(Duty duty, bool isIdle)
    {
        lock (_gate)
        {
            if (isIdle)
            {
                _duties.Add(duty);
            }
            else
            {
                _duties.Remove(duty);
            }
        }
    }

    public void Add(TopicPartition lane) => Say(SuspensionKey.Of(lane), still: true);

    public void Remove(TopicPartition lane) => Say(SuspensionKey.Of(lane), still: false);

    /// <summary>All lanes of a topic, those to come too.</summary>
    public void AddTopic(string topic) => Say(new SuspensionKey(topic, null), still: true);

    /// <summary>A topic, and each of its lanes.</summary>
    public void RemoveTopic(string topic)
    {
        List<SuspensionKey> gone;
        lock (_gate)
        {
            gone = [.. _still.Where(key => key.Topic == topic)];
        }

        gone.ForEach(key => Say(key, still: false));
    }

    /// <summary>What stands still goes on by itself then, also in a process to come.</summary>
    public void EndAt(SuspensionKey key, DateTimeOffset until)
    {
        lock (_gate)
        {
            if (!_still.Contains(key))
            {
                return;
            }

            _until[key] = until;
            _unsaved.Add(key);
        }

        _changed.Writer.TryWrite(true);
    }

    /// <summary>What stood still for a time that is over goes on.</summary>
    public void Expire(DateTimeOffset now)
    {
        List<SuspensionKey> over;
        lock (_gate)
        {
            over = [.. _until.Where(one => one.Value <= now).Select(one => one.Key)];
            over.ForEach(key => Say(key, still: false));
        }

        if (over.Count > 0)
        {
            Changed();
        }
    }

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, bool isTombstone, ReadOnlySpan<byte> value = default)
    {
        if (SuspensionKey.Read(key) is not { } read)
        {
            return;
        }

        lock (_gate)
        {
            if (_unsaved.Contains(read))
            {
                return;
            }

            var isNew = Change(read, !isTombstone);
            if (!isTombstone && SuspensionKey.Until(value) is { } until)
            {
                _until[read] = until;
            }

            if (!isNew)
            {
                return;
            }
        }

        Changed();
    }

    /// <summary>The state topic holds these now.</summary>
    public void Saved(IReadOnlyList<(SuspensionKey Key, bool IsStill, DateTimeOffset? Until)> said)
    {
        lock (_gate)
        {
            foreach (var (key, _, _) in said.Where(one => _still.Contains(one.Key) == one.IsStill && UntilOf(one.Key) == one.Until))
            {
                _unsaved.Remove(key);
            }
        }
    }

    private void Say(SuspensionKey key, bool still)
    {
        lock (_gate)
        {
            var ended = _until.ContainsKey(key);
            if (!Change(key, still) && !ended)
            {
                return;
            }

            _unsaved.Add(key);
        }

        _changed.Writer.TryWrite(true);
    }

    private DateTimeOffset? UntilOf(SuspensionKey key) => _until.TryGetValue(key, out var until) ? until : null;

    /// <summary>Whichever was said last counts, without an end unless <see cref="EndAt"/> or the record says one.</summary>
    private bool Change(SuspensionKey key, bool still)
    {
        _until.Remove(key);
        if (still)
        {
            return _still.Add(key);
        }

        var isNew = _still.Remove(key);
        if (isNew && key == Everything)
        {
            _duties.ExceptWith(OfRecords);
        }

        return isNew;
    }
}
