using Heliostat.Mirroring.Flows;

namespace Heliostat.Metrics;

/// <summary>States as label values; each is one string for all time.</summary>
internal static class StateWords
{
    public static string Of(FlowStatus status) => status switch
    {
        FlowStatus.Starting => "starting",
        FlowStatus.Running => "running",
        FlowStatus.Waiting => "waiting",
        FlowStatus.Refused => "refused",
        _ => "stopped",
    };

    public static string Of(LaneState state) => state switch
    {
        LaneState.Live => "live",
        LaneState.Waiting => "waiting",
        LaneState.Paused => "paused",
        LaneState.Failed => "failed",
        _ => "stopped",
    };
}
