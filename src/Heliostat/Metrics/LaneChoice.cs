using Heliostat.Mirroring.Flows;

namespace Heliostat.Metrics;

/// <summary>Which lanes a page shows.</summary>
/// <param name="Flows">Those of these flows; all when empty.</param>
/// <param name="Topics">Those of these topics; all when empty.</param>
/// <param name="States">Those in these states (<see cref="StateWords"/>); all when empty.</param>
/// <param name="Top">Only so many, the worst: those that stand still first, then by lag; null for all.</param>
internal sealed record LaneChoice(IReadOnlyCollection<string> Flows, IReadOnlyCollection<string> Topics, IReadOnlyCollection<string> States,
    int? Top)
{
    public static LaneChoice All { get; } = new([], [], [], null);

    /// <summary>The lanes to show, flow by flow as they come, or the worst first.</summary>
    public List<(string Flow, LaneProgress Lane)> Of(EngineSnapshot engine)
    {
        var chosen = new List<(string Flow, LaneProgress Lane)>(engine.Flows.Sum(flow => flow.ByLane.Count));
        foreach (var flow in engine.Flows)
        {
            foreach (var lane in IsAmong(Flows, flow.Flow) ? flow.ByLane : [])
            {
                if (IsAmong(Topics, lane.Topic) && IsAmong(States, StateWords.Of(lane.State)))
                {
                    chosen.Add((flow.Flow, lane));
                }
            }
        }

        return Top is { } top
            ? [.. chosen.OrderByDescending(entry => Rank(entry.Lane.State)).ThenByDescending(entry => entry.Lane.Lag ?? -1).Take(top)]
            : chosen;
    }

    private static bool IsAmong(IReadOnlyCollection<string> asked, string name) => asked.Count == 0 || asked.Contains(name);

    private static int Rank(LaneState state) => state switch
    {
        LaneState.Failed => 3,
        LaneState.Paused => 2,
        LaneState.Waiting or LaneState.Stopped => 1,
        _ => 0,
    };
}
