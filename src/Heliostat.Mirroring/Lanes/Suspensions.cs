using Heliostat.Mirroring.Duties;

namespace Heliostat.Mirroring.Lanes;

/// <summary>What an operator wants to stand still, whether or not it is open now: it outlives lanes and lives of the flow. Thread-safe.</summary>
internal sealed class Suspensions
{
    private readonly Lock _gate = new();
    private readonly HashSet<TopicPartition> _lanes = [];
    private readonly HashSet<string> _topics = [];
    private readonly HashSet<Duty> _duties = [];
    private bool _all;

    /// <summary>All lanes are to stand still.</summary>
    public bool All
    {
        get
        {
            lock (_gate)
            {
                return _all;
            }
        }

        set
        {
            lock (_gate)
            {
                _all = value;
            }
        }
    }

    public bool Has(TopicPartition lane)
    {
        lock (_gate)
        {
            return _all || _topics.Contains(lane.Topic) || _lanes.Contains(lane);
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

    public void Add(TopicPartition lane)
    {
        lock (_gate)
        {
            _lanes.Add(lane);
        }
    }

    public void Remove(TopicPartition lane)
    {
        lock (_gate)
        {
            _lanes.Remove(lane);
        }
    }

    /// <summary>All lanes of a topic, those to come too.</summary>
    public void AddTopic(string topic)
    {
        lock (_gate)
        {
            _topics.Add(topic);
        }
    }

    /// <summary>A topic, and each of its lanes.</summary>
    public void RemoveTopic(string topic)
    {
        lock (_gate)
        {
            _topics.Remove(topic);
            _lanes.RemoveWhere(lane => lane.Topic == topic);
        }
    }
}
