using Heliostat.Mirroring.Flows;

namespace Heliostat.Metrics;

/// <summary><c>/metrics/lanes</c>: lane by lane, for a scrape job of its own.</summary>
internal sealed class LanesPage(Labels labels)
{
    private static readonly byte[][] States = [.. Enum.GetValues<LaneState>()
        .Select(state => LabelText.Render(("state", StateWords.Of(state))))];

    public void Write(ExpositionWriter writer, EngineSnapshot engine, LaneChoice choice)
    {
        var lanes = choice.Of(engine);
        var rendered = labels.Lanes(lanes);
        writer.Family(MirrorMetrics.LaneState);
        for (var i = 0; i < rendered.Length; i++)
        {
            writer.Sample(rendered[i], States[(int)lanes[i].Lane.State], 1);
        }

        Write(MirrorMetrics.LaneLag, static lane => lane.Lag);
        WriteLagSeconds();
        Write(MirrorMetrics.LanePosition, static lane => lane.Position);
        Write(MirrorMetrics.LaneEqualOffsets, static lane => lane.IsEqual is { } isEqual ? isEqual ? 1 : 0 : null);
        Write(MirrorMetrics.LaneEqualSince, static lane => lane.Equality?.Since);
        Write(MirrorMetrics.LaneUnequalSince, static lane => lane.Equality?.BrokenAt);
        Write(MirrorMetrics.LaneFilling, static lane => lane.Filling?.Of);
        Write(MirrorMetrics.LaneFilled, static lane => lane.Filling?.Done);
        Write(MirrorMetrics.LaneFillingLeft, static lane => (long?)lane.Filling?.Left?.TotalSeconds);
        Write(MirrorMetrics.LaneRecords, static lane => lane.Records);
        Write(MirrorMetrics.LaneBytes, static lane => lane.Bytes);
        writer.End();

        void WriteLagSeconds()
        {
            writer.Family(MirrorMetrics.LaneLagSeconds);
            for (var i = 0; i < rendered.Length; i++)
            {
                if (lanes[i].Lane.LagSeconds(engine.At) is { } seconds)
                {
                    writer.Sample(rendered[i], Math.Round(seconds, 3));
                }
            }
        }

        void Write(Metric metric, Func<LaneProgress, long?> amount)
        {
            writer.Family(metric);
            for (var i = 0; i < rendered.Length; i++)
            {
                if (amount(lanes[i].Lane) is { } value)
                {
                    writer.Sample(rendered[i], value);
                }
            }
        }
    }
}
