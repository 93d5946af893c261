using Heliostat.Client.Admin;
using Heliostat.Mirroring.Duties;

namespace Heliostat.Mirroring.Offsets;

/// <summary>Drops what offset maps know of records that the target deleted, so that a map is never larger than its log makes it.</summary>
internal sealed class OffsetMapTrim(LaneOffsetTable offsets, AdminClient target, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Once an interval; maps stay as they are until the target answers.</summary>
    public Rounds EveryMinute() => new(Interval, TrimAsync, tell: null, time);

    public async Task TrimAsync(CancellationToken ct)
    {
        var maps = offsets.All.ToDictionary(lane => lane.Target, lane => lane.Map);
        if (maps.Count == 0)
        {
            return;
        }

        foreach (var (partition, start) in await target.ListOffsetsAsync(maps.ToDictionary(map => map.Key, _ => OffsetSpec.Earliest),
            IsolationLevel.ReadUncommitted, ct))
        {
            if (start.ErrorCode == ErrorCode.None)
            {
                maps[partition].TrimTargetBelow(start.Offset);
            }
        }
    }
}
