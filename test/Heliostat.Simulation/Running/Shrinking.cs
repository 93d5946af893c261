using Heliostat.Simulation.Schedules;

namespace Heliostat.Simulation.Running;

/// <summary>Finds the faults that a failure needs: each is left out in turn, and stays out when the run fails without it.</summary>
internal static class Shrinking
{
    public static RunResult Of(RunResult failed)
    {
        for (var left = failed.Schedule.Faults.Count - 1; left >= 0; left--)
        {
            List<Fault> fewer = [.. failed.Schedule.Faults];
            fewer.RemoveAt(left);
            if (Run.Of(failed.Schedule.With(fewer)) is { Failure: not null } still)
            {
                failed = still;
            }
        }

        return failed;
    }
}
