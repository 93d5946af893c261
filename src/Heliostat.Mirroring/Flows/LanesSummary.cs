using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>Adds up what lanes do.</summary>
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

    /// <summary>Counts the lanes of a table, and those that cannot be opened; what the open ones do is counted one by one.</summary>
    public void Add(in TableLanes now)
    {
        _lanes += now.Count;
        foreach (var (partition, trouble) in now.Troubles)
        {
            _paused.Add(new PausedLane(partition.Topic, partition.Partition, trouble.In(names)));
        }

        // What lanes that are not open yet lag behind nobody knows.
        _lagKnown &= now.Open.Count == now.Count;
    }

    /// <summary>Counts an open lane: what it lags, and why it stands still.</summary>
    public void Add(Lane lane, in LaneSnapshot now)
    {
        _running += now.StandsFor is null && !suspended.Has(now.Source) ? 1 : 0;
        _lagKnown &= now.Lag is not null && now.StandsFor is not { NextTry: null };
        _lag += now.Lag ?? 0;
        if (lane.Outlets[0].Filling is { } filling)
        {
            _filling = LaneFilling.Sum([_filling, filling]);
        }

        if (now.StandsFor is { } trouble)
        {
            _paused.Add(new PausedLane(now.Source.Topic, now.Source.Partition, trouble.In(names)));
        }
    }

    /// <param name="delivered">What was delivered so far.</param>
    /// <param name="rates">How fast it moves.</param>
    /// <param name="isWhole">These are all lanes there are to be, so that none is nothing to wait for; otherwise what is missing lags
    /// nobody knows how far.</param>
    public MirrorSnapshot Snapshot((long Records, long Bytes) delivered, Rates rates, bool isWhole)
    {
        var isKnown = _lagKnown && isWhole;
        return new MirrorSnapshot
        {
            Lanes = _lanes,
            RunningLanes = _running,
            Records = delivered.Records,
            Bytes = delivered.Bytes,
            RecordsPerSecond = rates.Records,
            BytesPerSecond = rates.Bytes,
            LagRecords = isKnown ? _lag : null,
            LagBytes = !isKnown ? null : _lag == 0 ? 0
                : delivered.Records > 0 ? (long)(_lag * ((double)delivered.Bytes / delivered.Records)) : null,
            LagAtLeast = _lag,
            Filling = _filling,
            Paused = _paused,
        };
    }
}
