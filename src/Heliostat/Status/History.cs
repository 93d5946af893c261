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

    /// <summary>All that is known of a flow after a moment.</summary>
    /// <param name="flow">Its name; of one that is not known nothing is.</param>
    /// <param name="sinceMs">Milliseconds since 1970.</param>
    public HistoryDocument Since(string flow, long sinceMs)
    {
        lock (_gate)
        {
            if (!_flows.TryGetValue(flow, out var ring))
            {
                return new HistoryDocument(flow, [], [], [], []);
            }

            var at = ring.InOrder(ring.At);
            var first = Array.FindIndex(at, one => one > sinceMs) is var found and >= 0 ? found : at.Length;
            return new HistoryDocument(
                flow, at[first..], ring.InOrder(ring.Rates)[first..], ring.InOrder(ring.Bytes)[first..], ring.InOrder(ring.Lags)[first..]);
        }
    }

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
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            foreach (var flow in engine.Flows)
            {
                if (!_flows.TryGetValue(flow.Flow, out var ring))
                {
                    _flows[flow.Flow] = ring = new Ring();
                }

                ring.Add(at, flow.Lanes);
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

        public long[] At { get; } = new long[Seconds];

        public float[] Rates { get; } = new float[Seconds];

        public float[] Bytes { get; } = new float[Seconds];

        public float[] Lags { get; } = new float[Seconds];

        public void Add(long at, MirrorSnapshot now)
        {
            var next = _count++ % Seconds;
            At[next] = at;
            Rates[next] = MathF.Round((float)now.RecordsPerSecond, 1);
            Bytes[next] = MathF.Round((float)now.BytesPerSecond);
            Lags[next] = now.LagRecords ?? now.LagAtLeast;
        }

        public T[] InOrder<T>(T[] series) => _count <= Seconds
            ? series[.._count]
            : [.. series[(_count % Seconds)..], .. series[..(_count % Seconds)]];
    }
}

/// <summary>What was seen of a flow, second by second, the oldest first: all lists are as long as <paramref name="AtMs"/>.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="AtMs">When, in milliseconds since 1970.</param>
/// <param name="RecordsPerSecond">Records that the target acknowledged.</param>
/// <param name="BytesPerSecond">Bytes of their batches.</param>
/// <param name="LagRecords">The lag, of the lanes of which it was known.</param>
internal sealed record HistoryDocument(string Flow, IReadOnlyList<long> AtMs, IReadOnlyList<float> RecordsPerSecond,
    IReadOnlyList<float> BytesPerSecond, IReadOnlyList<float> LagRecords);
