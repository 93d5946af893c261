using System.Text.Json;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Output;

/// <summary>Progress of all flows of a file: together on a terminal, flow by flow in a log.</summary>
internal sealed class FlowsProgress(Func<EngineSnapshot> snapshot) : IProgress
{
    public string Live(int width)
    {
        var now = snapshot();
        var troubled = now.Flows.FirstOrDefault(flow => flow.Cause is not null);
        var flows = now.Flows.Count == 1
            ? now.Flows[0].Flow
            : $"{now.Flows.Count(flow => flow.Status == FlowStatus.Running)} of {now.Flows.Count} flows";
        return ProgressText.Live(flows, now.Total, troubled is null ? null : $"{troubled.Flow} {Word(troubled.Status)}: {troubled.Cause}",
            width);
    }

    public IEnumerable<(string Subject, string Text)> Lines() =>
        snapshot().Flows.Select(flow => (flow.Flow,
            $"progress status={Word(flow.Status)} {ProgressText.Fields(flow.Lanes, flow.Cause)}{Shared(flow)}"));

    public string Json() => JsonSerializer.Serialize(snapshot(), OutputJson.Plain.EngineSnapshot);

    public string Totals() => ProgressText.Totals(snapshot().Total);

    /// <summary>Where several processes share the flow, how much of it is this one's.</summary>
    private static string Shared(FlowSnapshot flow) =>
        flow.Worker is { Workers: > 1 } worker ? $" workers={worker.Workers} slots={worker.Slots}/{worker.Of}" : "";

    private static string Word(FlowStatus status) => status switch
    {
        FlowStatus.Starting => "starting",
        FlowStatus.Running => "running",
        FlowStatus.Waiting => "waiting",
        FlowStatus.Refused => "refused",
        _ => "stopped",
    };
}
