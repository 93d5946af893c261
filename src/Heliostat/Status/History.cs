using Heliostat.Mirroring.Flows;

namespace Heliostat.Status;

/// <summary>The last 15 minutes of each flow, second by second; what was before that is a matter of Prometheus. Thread-safe.</summary>
internal sealed class History(Func<EngineSnapshot> look, TimeProvider time)
{
    public const int Seconds = 900;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Ring> _flows = [];

    /// <summary>Records per second, the oldest first, at most <see cref="Seconds"/> of them.</summary>
    public float[] Rates(string flow) => Of(flow, ring => ring.Rates);

    /// <summary>The known part of the lag in records, the oldest first.</summary>
    public float[] Lags(string flow) => Of(flow, ring => ring.Lags);

    /// <summary>Takes samples until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            Take(look());
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    public void Take(EngineSnapshot engine)
    {
        lock (_gate)
        {
            foreach (var flow in engine.Flows)
            {
                if (!_flows.TryGetValue(flow.Flow, out var ring))
                {
                    _flows[flow.Flow] = ring = new Ring();
                }

                ring.Add((float)flow.Lanes.RecordsPerSecond, flow.Lanes.LagRecords ?? flow.Lanes.LagAtLeast);
            }
        }
    }

    private float[] Of(string flow, Func<Ring, float[]> series)
    {
        lock (_gate)
        {
            return _flows.TryGetValue(flow, out var ring) ? ring.InOrder(series(ring)) : [];
        }
    }

    private sealed class Ring
    {
        private int _count;

        public float[] Rates { get; } = new float[Seconds];

        public float[] Lags { get; } = new float[Seconds];

        public void Add(float rate, float lag)
        {
            (Rates[_count % Seconds], Lags[_count % Seconds]) = (rate, lag);
            _count++;
        }

        public float[] InOrder(float[] series) => _count <= Seconds
            ? series[.._count]
            : [.. series[(_count % Seconds)..], .. series[..(_count % Seconds)]];
    }
}
