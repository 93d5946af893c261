using Heliostat.Client;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>Plans flows of a file together: what one does bears on the others, also where only some of them are asked for.</summary>
/// <param name="flows">All flows of the file.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Where clients log to.</param>
public sealed class FilePlanner(IReadOnlyList<FlowOptions> flows, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>How long what somebody is just making may take.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly TopicRings _rings = new(flows);

    /// <param name="chosen">The flows to plan.</param>
    /// <param name="looking">Called before each flow is looked at.</param>
    /// <param name="ct">Ends the planning.</param>
    /// <exception cref="KafkaConnectionException">A cluster of a chosen flow does not answer; the message names it.</exception>
    /// <exception cref="KafkaErrorException">A cluster does not tell what is needed.</exception>
    public async Task<IReadOnlyList<FlowPlan>> PlanAsync(IReadOnlyList<FlowOptions> chosen, Action<FlowName> looking, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(looking);
        if (flows.Count(flow => flow.Enabled) > 1)
        {
            foreach (var flow in flows.Where(flow => flow.Enabled))
            {
                looking(flow.Name);
                await LookAsync(flow, isChosen: chosen.Contains(flow), ct);
            }
        }

        var plans = new List<FlowPlan>();
        foreach (var flow in chosen)
        {
            looking(flow.Name);
            plans.Add(await PlanAsync(flow, ct));
        }

        return SharedMirrors.Marked(plans);
    }

    /// <summary>
    /// What a run makes at this very moment looks refused: between our look and the trial it was made or grown. So what is refused is
    /// looked at once more.
    /// </summary>
    private async Task<FlowPlan> PlanAsync(FlowOptions flow, CancellationToken ct)
    {
        var plan = await Planner(flow).PlanAsync(ct);
        if (plan.Refusals.Count == 0)
        {
            return plan;
        }

        await Task.Delay(LookAgain, time, ct);
        return await Planner(flow).PlanAsync(ct);
    }

    private async Task LookAsync(FlowOptions flow, bool isChosen, CancellationToken ct)
    {
        try
        {
            await Planner(flow).LookAsync(ct);
        }
        catch (Exception failure) when (!isChosen && failure is KafkaConnectionException or KafkaErrorException)
        {
            // What hangs on it is said to be undecided.
        }
    }

    private FlowPlanner Planner(FlowOptions flow) => new(flow, time, loggers) { Rings = _rings };
}
