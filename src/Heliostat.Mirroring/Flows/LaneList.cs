using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Flows;

/// <summary>Lists lanes one by one, those too that are not open.</summary>
/// <param name="book">What lanes delivered, and where they were last seen.</param>
/// <param name="names">What the clusters are called; null where they have no aliases.</param>
/// <param name="suspended">What an operator wants to stand still.</param>
/// <param name="at">The time of day.</param>
internal sealed class LaneList(LaneBook book, FlowName? names, Suspensions suspended, DateTimeOffset at)
{
    private readonly List<LaneProgress> _lanes = [];
    private readonly long _nowMs = at.ToUnixTimeMilliseconds();

    /// <summary>Those that are listed; null before one is that is not open.</summary>
    private HashSet<TopicPartition>? _seen;

    /// <summary>A lane that is open, and what it does; open ones come first, by topic and partition, and none comes twice.</summary>
    public void Add(Lane lane, in LaneSnapshot now)
    {
        var trouble = now.StandsFor;
        _lanes.Add(new LaneProgress(now.Source.Topic, now.Source.Partition, trouble is null ? LaneState.Live : StateOf(trouble))
        {
            TargetTopic = lane.Plan.TargetTopic,
            Position = now.Position,
            SourceEnd = now.SourceEnd < 0 ? null : now.SourceEnd,
            BehindSince = now.BehindSince,
            InFlight = Math.Max(0, now.Taken - now.Position),
            Records = lane.Counters.Records,
            Bytes = lane.Counters.Bytes,
            Batches = lane.Counters.Batches,
            LeftOut = lane.Counters.LeftOut,
            Opened = lane.Counters.Opened.All,
            DeletedAt = now.BehindSince is null ? null : lane.Counters.DeletedAt,
            RecordAges = lane.Counters.TakenIn.Read(_nowMs),
            ReplicationAges = lane.Counters.Delivered.Read(_nowMs),
            Paused = Told(now.Source, trouble),
            IsPaused = suspended.Has(now.Source),
            DelayedUntil = now.DelayedUntil,
            HasEnded = now.HasEnded,
            Equality = lane.Outlets[0].Equality,
            Filling = lane.Outlets[0].Filling,
        });
    }

    /// <summary>The lanes of a table that are not open.</summary>
    public void AddClosed(LaneTable table, in TableLanes now)
    {
        foreach (var (partition, trouble) in now.Troubles)
        {
            AddClosed(partition, StateOf(trouble), trouble);
        }

        if (now.Open.Count + now.Troubles.Count < now.Count)
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
        if (_seen is not null)
        {
            _lanes.Sort(static (a, b) => Compare(new TopicPartition(a.Topic, a.Partition), new TopicPartition(b.Topic, b.Partition)));
        }

        return _lanes;
    }

    /// <summary>By topic, and by partition.</summary>
    public static int Compare(TopicPartition a, TopicPartition b) =>
        string.CompareOrdinal(a.Topic, b.Topic) is var order and not 0 ? order : a.Partition.CompareTo(b.Partition);

    private void AddClosed(TopicPartition partition, LaneState state, Trouble? trouble)
    {
        _seen ??= [.. _lanes.Select(lane => new TopicPartition(lane.Topic, lane.Partition))];
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
            BehindSince = last?.BehindSince,
            DeletedAt = last?.BehindSince is null ? null : counters.DeletedAt,
            Records = counters.Records,
            Bytes = counters.Bytes,
            Batches = counters.Batches,
            LeftOut = counters.LeftOut,
            Opened = counters.Opened.All,
            Paused = Told(partition, trouble),
            Equality = last?.Equality,
        });
    }

    private static LaneState StateOf(Trouble trouble) => trouble.NextTry is null ? LaneState.Failed : LaneState.Paused;

    private PausedLane? Told(TopicPartition partition, Trouble? trouble) =>
        trouble is null ? null : new PausedLane(partition.Topic, partition.Partition, trouble.In(names));
}
