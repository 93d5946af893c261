using System.Threading.Channels;
using Heliostat.Mirroring.Duties;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// What an operator wants to stand still, whether or not it is open now: it outlives lanes and lives of the flow, and where the flow keeps a state topic, processes. Thread-safe.
/// <list type="bullet">
/// <item>A. What was said here last counts until it is kept; then what the topic says last does.</item>
/// </list>
/// </summary>
internal sealed class Suspensions
{
    private static readonly SuspensionKey Everything = new(null, null);

    private readonly Lock _gate = new();
    private readonly HashSet<SuspensionKey> _still = [];
    private readonly HashSet<SuspensionKey> _unsaved = [];
    private readonly HashSet<Duty> _duties = [];
    private readonly Channel<bool> _said = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Called when another process said something new.</summary>
    public Action Changed { private get; set; } = static () => { };

    /// <summary>There may be something to keep.</summary>
    public ChannelReader<bool> Said => _said.Reader;

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
    public IReadOnlyList<(SuspensionKey Key, bool IsStill)> Unsaved
    {
        get
        {
            lock (_gate)
            {
                return [.. _unsaved.Select(key => (key, _still.Contains(key)))];
            }
        }
    }

    public bool Has(TopicPartition lane)
    {
        lock (_gate)
        {
            return _still.Contains(Everything) || _still.Contains(new SuspensionKey(lane.Topic, null)) || _still.Contains(SuspensionKey.Of(lane));
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

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, bool isTombstone)
    {
        if (SuspensionKey.Read(key) is not { } read)
        {
            return;
        }

        lock (_gate)
        {
            if (_unsaved.Contains(read) || !Change(read, !isTombstone))
            {
                return;
            }
        }

        Changed();
    }

    /// <summary>The state topic holds these now.</summary>
    public void Saved(IReadOnlyList<(SuspensionKey Key, bool IsStill)> said)
    {
        lock (_gate)
        {
            foreach (var (key, isStill) in said.Where(one => _still.Contains(one.Key) == one.IsStill))
            {
                _unsaved.Remove(key);
            }
        }
    }

    private void Say(SuspensionKey key, bool still)
    {
        lock (_gate)
        {
            if (!Change(key, still))
            {
                return;
            }

            _unsaved.Add(key);
        }

        _said.Writer.TryWrite(true);
    }

    private bool Change(SuspensionKey key, bool still) => still ? _still.Add(key) : _still.Remove(key);
}
