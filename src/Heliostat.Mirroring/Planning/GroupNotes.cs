using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>Says in one sentence why a group's offset on the target is not there, or not exact; the first reason that holds.</summary>
internal static class GroupNotes
{
    /// <param name="flow">The flow.</param>
    /// <param name="leftOut">Why its topic is not mirrored; null where it is.</param>
    /// <param name="mirrored">How far the partition was mirrored; null where nothing is stored.</param>
    /// <param name="targetState">The group's state on the target; null where it is not there, empty where the target is too old to
    /// say.</param>
    /// <param name="group">What is known of the group.</param>
    public static string? Of(FlowOptions flow, LeftOutReason? leftOut, SourcePosition? mirrored, string? targetState, GroupPosition group)
    {
        if (leftOut is { } reason)
        {
            return $"the topic is not mirrored ({reason})";
        }

        if (mirrored is not { } position)
        {
            return "nothing of the partition has been mirrored yet";
        }

        if (group.TargetOffset is not { } exact)
        {
            return "mirrored before there was an offset map, and no offset sync is at or before the group's offset: known once the group "
                + "passes "
                + $"offset {position.Offset + 1}";
        }

        if (group.Precision == TranslationPrecision.AfterLast && position.Offset + 1 < group.SourceOffset)
        {
            return $"the mirror is {group.SourceOffset - position.Offset - 1} offsets behind the group";
        }

        var inexact = group.Precision == TranslationPrecision.AtOrBefore
            ? "at or before the exact place: mirrored before there was an offset map; "
            : "";
        var writing = Writing(flow, targetState, group, exact);
        return inexact.Length == 0 ? writing : inexact + (writing ?? "as exact as MirrorMaker 2's offset syncs are");
    }

    private static string? Writing(FlowOptions flow, string? targetState, GroupPosition group, long exact)
    {
        if (flow.Groups.CheckpointInterval is null)
        {
            return "not written: checkpoints or offset syncs are switched off";
        }

        if (flow.Groups.OffsetSyncInterval is null)
        {
            return group.Checkpoint is null
                ? "not written yet: the next checkpoint is due"
                : "only a checkpoint is written: sync.group.offsets.enabled is false";
        }

        if (targetState is not (null or "") && !GroupStates.Parse(targetState).IsIdle())
        {
            return $"in use on the target ({targetState}): its offsets there are its own";
        }

        return group.Written is not { } written ? "not written yet"
            : written > exact ? $"{written - exact} ahead of the source: consumed there, or the group went back on the source"
            : written < exact ? "about to be written"
            : null;
    }
}
