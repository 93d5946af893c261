namespace Heliostat.Broker.Groups;

/// <summary>
/// Where a group of the classic protocol stands (ClassicGroupState):
/// Empty -> PreparingRebalance on a join; -> CompletingRebalance when all have joined; -> Stable when the leader has sent the assignment;
/// back to PreparingRebalance when members come, go or change; -> Empty when the last one left; Dead when it was deleted.
/// </summary>
internal enum GroupState
{
    Empty,
    PreparingRebalance,
    CompletingRebalance,
    Stable,
    Dead,
}
