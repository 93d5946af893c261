using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>Adds up what lanes do, table by table.</summary>
/// <param name="names">What the clusters are called; null where they have no aliases.</param>
/// <param name="suspended">What an operator wants to stand still.</param>
internal sealed class LanesSummary(FlowName? names, Suspensions suspended)
{
    private readonly List<PausedLane> _paused = [];
    private LaneFilling? _filling;
    private int _lanes;
    private int _running;
    private long _lag;
    private bool _lagKnown = true;

    /// <summary>Records delivered so far.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes delivered so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Counts lanes, what they lag and why they stand still.</summary>
    public void Add(LaneTable lanes)
    {
        _lanes += lanes.Count;
        foreach (var (partition, trouble) in lanes.Troubles())
        {
            _paused.Add(new PausedLane(partition.Topic, partition.Partition, trouble.In(names)));
        }

        // What lanes that are not open yet lag behind nobody knows.
        _lagKnown &= lanes.Open.Count == lanes.Count;
        _filling = LaneFilling.Sum(lanes.Open.Select(lane => lane.Outlets[0].Filling).Prepend(_filling));
        foreach (var lane in lanes.Open)
        {
            var snapshot = lane.Snapshot();
            _running += snapshot.StandsFor is null && !suspended.Has(snapshot.Source) ? 1 : 0;
            _lagKnown &= snapshot.Lag is not null && snapshot.StandsFor is not { NextTry: null };
            _lag += snapshot.Lag ?? 0;
            if (snapshot.StandsFor is { } trouble)
            {
                _paused.Add(new PausedLane(snapshot.Source.Topic, snapshot.Source.Partition, trouble.In(names)));
            }
        }
    }

    /// <summary>Counts what was delivered.</summary>
    public void Deliver((long Records, long Bytes) delivered) => (Records, Bytes) = delivered;

    /// <param name="rates">How fast it moves.</param>
    /// <param name="isWhole">These are all lanes there are to be, so that none is nothing to wait for; otherwise what is missing lags
    /// nobody knows how far.</param>
    public MirrorSnapshot Snapshot(Rates rates, bool isWhole)
    {
        var isKnown = _lagKnown && isWhole;
        return new MirrorSnapshot
        {
            Lanes = _lanes,
            RunningLanes = _running,
            Records = Records,
            Bytes = Bytes,
            RecordsPerSecond = rates.Records,
            BytesPerSecond = rates.Bytes,
            LagRecords = isKnown ? _lag : null,
            LagBytes = !isKnown ? null : _lag == 0 ? 0 : Records > 0 ? (long)(_lag * ((double)Bytes / Records)) : null,
            LagAtLeast = _lag,
            Filling = _filling,
            Paused = _paused,
        };
    }
}
