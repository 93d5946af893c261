using System.Diagnostics.Metrics;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Metrics;

/// <summary>
/// The metrics as instruments of <c>System.Diagnostics.Metrics</c>, by flow and topic, for OpenTelemetry, <c>dotnet-counters</c> and
/// whoever else listens. They read snapshots when somebody asks, and cost nothing while nobody does.
/// </summary>
internal sealed class MirrorMeter : IDisposable
{
    public const string Name = "Heliostat";

    private readonly Meter _meter = new(Name, ProgramVersion.Text);
    private readonly Lock _gate = new();
    private readonly Labels _labels = new();
    private readonly Func<EngineSnapshot> _look;
    private (EngineSnapshot Engine, List<TopicSum> Topics)? _seen;

    /// <param name="look">What the mirror does now, with each lane; asked for each instrument.</param>
    public MirrorMeter(Func<EngineSnapshot> look)
    {
        _look = look;
        _meter.CreateObservableUpDownCounter("heliostat.lanes", Lanes, "{lane}", MirrorMetrics.Lanes.Help);
        Gauge("heliostat.lag.records", "{record}", MirrorMetrics.LagRecords, topic => topic.Lag);
        Gauge("heliostat.lag.bytes", "By", MirrorMetrics.LagBytes, topic => topic.LagBytes);
        Gauge("heliostat.lag", "s", MirrorMetrics.LagSeconds, topic => topic.LagSeconds);
        Gauge("heliostat.retention.margin", "s", MirrorMetrics.RetentionMargin, topic => topic.MarginSeconds);
        Counter("heliostat.records", "{record}", MirrorMetrics.Records, topic => topic.Records);
        Counter("heliostat.bytes", "By", MirrorMetrics.Bytes, topic => topic.Bytes);
        Counter("heliostat.batches", "{batch}", MirrorMetrics.Batches, topic => topic.Batches);
        _meter.CreateObservableCounter("heliostat.losses", Losses, "{loss}", MirrorMetrics.Losses.Help);
        _meter.CreateObservableGauge("heliostat.positions.stored", PositionsStored, "s", MirrorMetrics.PositionsStored.Help);
        _meter.CreateObservableUpDownCounter("heliostat.memory.used", () => Now().Engine.MemoryUsedBytes, "By",
            MirrorMetrics.MemoryUsed.Help);
        _meter.CreateObservableUpDownCounter("heliostat.memory.budget", () => Now().Engine.MemoryBudgetBytes, "By",
            MirrorMetrics.MemoryBudget.Help);
    }

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string unit, Metric metric, Func<TopicSum, double?> value) =>
        _meter.CreateObservableGauge(name, () => Topics(value), unit, metric.Help);

    private void Counter(string name, string unit, Metric metric, Func<TopicSum, long> value) => _meter.CreateObservableCounter(
        name, () => Now().Topics.Select(topic => new Measurement<long>(value(topic), Tag("flow", topic.Flow), Tag("topic", topic.Topic))),
        unit, metric.Help);

    private IEnumerable<Measurement<double>> Topics(Func<TopicSum, double?> value) =>
        from topic in Now().Topics
        let number = value(topic)
        where number is not null
        select new Measurement<double>(number.Value, Tag("flow", topic.Flow), Tag("topic", topic.Topic));

    private IEnumerable<Measurement<long>> Lanes() =>
        from flow in Now().Engine.Flows
        from state in Enum.GetValues<LaneState>()
        select new Measurement<long>(flow.ByLane.Count(lane => lane.State == state), Tag("flow", flow.Flow),
            Tag("state", StateWords.Of(state)));

    private IEnumerable<Measurement<long>> Losses() =>
        from flow in Now().Engine.Flows
        from loss in flow.Losses
        select new Measurement<long>(loss.Times, Tag("flow", flow.Flow), Tag("topic", loss.Topic), Tag("kind", loss.Kind));

    private IEnumerable<Measurement<double>> PositionsStored() =>
        from flow in Now().Engine.Flows
        where flow.PositionsStoredAt is not null
        select new Measurement<double>(ProcessUse.Seconds(flow.PositionsStoredAt!.Value), Tag("flow", flow.Flow));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>The instruments are asked one after the other: topics are added up once for a look.</summary>
    private (EngineSnapshot Engine, List<TopicSum> Topics) Now()
    {
        lock (_gate)
        {
            var engine = _look();
            if (_seen is not { } seen || !ReferenceEquals(seen.Engine, engine))
            {
                _seen = seen = (engine, TopicSum.Of(engine, _labels));
            }

            return seen;
        }
    }
}
