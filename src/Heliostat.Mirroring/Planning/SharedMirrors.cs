namespace Heliostat.Mirroring.Planning;

/// <summary>
/// Topics of a target that several flows write to: with a policy that keeps names, records of different clusters meet in them.
/// </summary>
public static class SharedMirrors
{
    /// <summary>The plans of one file, each with the hazard where it shares topics with another.</summary>
    public static IReadOnlyList<FlowPlan> Marked(IReadOnlyList<FlowPlan> plans) =>
    [
        .. from plan in plans
           let others = plans.Where(other => other != plan && other.Target.Alias == plan.Target.Alias).ToList()
           let shared = others.SelectMany(other => other.Mirrored.Select(m => m.Remote)).ToHashSet(StringComparer.Ordinal)
           let topics = plan.Mirrored.Select(m => m.Remote).Where(shared.Contains).ToList()
           select topics.Count == 0 ? plan : plan with
           {
               Hazards =
               [
                   .. plan.Hazards,
                   new PlannedHazard(
                       "also mirrored by "
                           + $"{string.Join(", ", others.Where(o => o.Mirrored.Any(m => topics.Contains(m.Remote))).Select(o => o.Flow))}: "
                           + "records of both sources meet in one topic", topics),
               ],
           },
    ];
}
