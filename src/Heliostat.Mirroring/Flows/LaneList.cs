using Heliostat.Client;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>Lists lanes one by one, those too that are not open.</summary>
internal sealed class LaneList(LaneBook book)
{
    private readonly List<LaneProgress> _lanes = [];
    private readonly HashSet<TopicPartition> _seen = [];

    /// <summary>The lanes of a table, open or not.</summary>
    public void Add(LaneTable table)
    {
        foreach (var lane in table.Open)
        {
            if (_seen.Add(lane.Plan.Source))
            {
                Add(lane);
            }
        }

        var troubles = table.Troubles();
        foreach (var (partition, pause) in troubles)
        {
            AddClosed(partition, StateOf(pause), pause);
        }

        if (_seen.Count < table.Count + troubles.Length)
        {
            foreach (var partition in table.Owned)
            {
                AddClosed(partition, LaneState.Waiting, null);
            }
        }
    }

    /// <summary>The lanes that an earlier life had, as they were last seen.</summary>
    public void AddLeft(LaneState state)
    {
        foreach (var (partition, counters) in book.All)
        {
            if (counters.LastSeen is not null)
            {
                AddClosed(partition, state, null);
            }
        }
    }

    /// <summary>By topic and partition.</summary>
    public IReadOnlyList<LaneProgress> Sorted()
    {
        _lanes.Sort(static (a, b) => string.CompareOrdinal(a.Topic, b.Topic) is var order and not 0 ? order : a.Partition.CompareTo(b.Partition));
        return _lanes;
    }

    private void Add(Lane lane)
    {
        var now = lane.Snapshot();
        var pause = now.StandsFor;
        _lanes.Add(new LaneProgress(now.Source.Topic, now.Source.Partition, pause is null ? LaneState.Live : StateOf(pause))
        {
            TargetTopic = lane.Plan.TargetTopic,
            Position = now.Position,
            SourceEnd = now.SourceEnd < 0 ? null : now.SourceEnd,
            Records = lane.Counters.Records,
            Bytes = lane.Counters.Bytes,
            Batches = lane.Counters.Batches,
            Paused = Told(now.Source, pause),
            IsPaused = now.IsSuspended,
        });
    }

    private void AddClosed(TopicPartition partition, LaneState state, LanePause? pause)
    {
        if (!_seen.Add(partition))
        {
            return;
        }

        var counters = book.Of(partition);
        var last = counters.LastSeen;
        _lanes.Add(new LaneProgress(partition.Topic, partition.Partition, state)
        {
            TargetTopic = last?.TargetTopic,
            Position = last?.Position,
            SourceEnd = last?.SourceEnd,
            Records = counters.Records,
            Bytes = counters.Bytes,
            Batches = counters.Batches,
            Paused = Told(partition, pause),
        });
    }

    private static LaneState StateOf(LanePause pause) => pause.RetryAt is null ? LaneState.Failed : LaneState.Paused;

    private static PausedLane? Told(TopicPartition partition, LanePause? pause) =>
        pause is null ? null : new PausedLane(partition.Topic, partition.Partition, pause.Cause, pause.RetryAt);
}
