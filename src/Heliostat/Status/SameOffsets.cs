using Heliostat.Output;

namespace Heliostat.Status;

/// <summary>How lanes stand whose records are to keep their offsets (<c>heliostat.offsets = equal</c>), in words.</summary>
internal static class SameOffsets
{
    /// <summary>
    /// Such as <c>8 lanes; filling offsets: 25 % of 1,000,000, about 40 s left</c>; null of a flow that nobody asked that of.
    /// </summary>
    public static string? Of(FlowDocument flow) => flow.Lanes.EqualOffsets + flow.Lanes.UnequalOffsets == 0 ? null
        : $"{Counted.Of(flow.Lanes.EqualOffsets, "lane")}"
            + $"{(flow.Lanes.UnequalOffsets > 0 ? $"; not equal: {Counted.Of(flow.Lanes.UnequalOffsets, "lane")}" : "")}"
            + $"{(flow.Filling is { } filling ? $"; {filling}" : "")}";

    /// <summary>Such as <c>equal since 0; filling offsets: 25 % of 1,000</c>; null of a lane that nobody asked that of.</summary>
    public static string? Of(LaneDocument lane) =>
        lane.Filling is { } filling ? $"{(lane.Equality is { } equality ? $"{equality}; " : "")}{filling}" : lane.Equality;
}
