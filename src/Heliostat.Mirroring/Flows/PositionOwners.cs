using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Whose positions they are that the group remembers: one that belongs to another topic or another cluster is none of a lane's, and one
/// that an earlier version left is a lane's where nothing else on the target can be what it belongs to.
/// </summary>
internal sealed partial class PositionOwners(StartPositions positions, TargetTopics targets, AdminClient source, FlowOptions flow,
    ILogger logger)
{
    /// <summary>What was found, as it holds for these lanes of one source topic, whose place on the target stands now.</summary>
    /// <exception cref="KafkaErrorException">A cluster does not tell what is needed.</exception>
    public async Task<FoundStarts> ConfirmAsync(IReadOnlyList<LanePlan> plans, FoundStarts found, CancellationToken ct) =>
        flow.SourceGroup.ChecksPositions ? await WithoutForeignAsync(plans, await WithFormerAsync(plans, found, ct), ct) : found;

    private async Task<FoundStarts> WithoutForeignAsync(IReadOnlyList<LanePlan> plans, FoundStarts found, CancellationToken ct)
    {
        var foreign = plans
            .Where(plan => plan.Mark is { } now && found.Marks.TryGetValue(plan.Source, out var mark) && !mark.IsOf(now)).ToList();
        if (foreign.Count == 0)
        {
            return found;
        }

        var first = foreign[0];
        LogForeign(logger, foreign.Count, first.Source.Partition, flow.SourceConsumer.Group.GroupId,
            found.Marks[first.Source].WhyNot(first.Mark!), first.TargetTopic, flow.SourceConsumer.AutoOffsetReset);
        var fresh = await positions.FreshAsync([.. foreign.Select(plan => plan.Source)], ct);
        return found with
        {
            Remembered = found.Remembered.Where(entry => !fresh.ContainsKey(entry.Key)).ToDictionary(),
            Fresh = found.Fresh.Concat(fresh).ToDictionary(),
        };
    }

    /// <summary>A position of an earlier version only says that it belongs to a topic at the target's address.</summary>
    private async Task<FoundStarts> WithFormerAsync(IReadOnlyList<LanePlan> plans, FoundStarts found, CancellationToken ct)
    {
        var fresh = plans.Where(plan => found.Fresh.ContainsKey(plan.Source)).ToList();
        if (flow.SourceGroup.FormerGroupId is not { } former || fresh.Count == 0 || await FormerAsync(former, ct) is not { } committed)
        {
            return found;
        }

        var left = fresh.Where(plan => committed.Offsets.ContainsKey(plan.Source))
            .ToDictionary(plan => plan.Source, plan => CommitNote.Read(committed.Offsets[plan.Source]));
        var (topic, name) = (fresh[0].Source.Topic, fresh[0].TargetTopic);
        if (left.Count == 0 || !await targets.IsFilledAsync(name, ct))
        {
            return found;
        }

        if (await targets.OtherMirrorsAsync(topic, name, ct) is [var other, ..])
        {
            LogFormerUnclear(logger, former, topic, name, other, flow.SourceConsumer.AutoOffsetReset);
            return found;
        }

        LogFormerUsed(logger, topic, left.Count, former);
        return found with
        {
            Remembered = found.Remembered.Concat(left).ToDictionary(),
            Fresh = found.Fresh.Where(entry => !left.ContainsKey(entry.Key)).ToDictionary(),
        };
    }

    /// <summary>Brokers before 0.10.2 do not list what a group has committed, and earlier versions mirrored none of theirs.</summary>
    private async Task<CommittedOffsets?> FormerAsync(string group, CancellationToken ct)
    {
        try
        {
            return (await source.ListGroupOffsetsAsync([group], ct)).GetValueOrDefault(group);
        }
        catch (KafkaErrorException old) when (old.Code == ErrorCode.UnsupportedVersion)
        {
            return null;
        }
    }

    [LoggerMessage(EventIds.PositionsForeign, LogLevel.Warning,
        "source: partitions whose positions in group {Group} are {WhyNot}: {Count}, the first is partition {Partition}; they say nothing "
            + "of topic {Topic}, which starts at the {Reset}")]
    private static partial void LogForeign(ILogger logger, int count, int partition, string group, string whyNot, string topic,
        AutoOffsetReset reset);

    [LoggerMessage(EventIds.FormerPositionsUnclear, LogLevel.Warning,
        "source: group {Group} of an earlier version holds positions of topic {Topic}, and does not say whether they belong to '{Mirror}' "
            + "or '{Other}' on the target: the mirror starts at the {Reset}; with --group {Group} it goes on there")]
    private static partial void LogFormerUnclear(ILogger logger, string group, string topic, string mirror, string other,
        AutoOffsetReset reset);

    [LoggerMessage(EventIds.FormerPositionsUsed, LogLevel.Information,
        "source: topic {Topic}: lanes that go on: {Count}, at positions of group {Group}, which an earlier version kept")]
    private static partial void LogFormerUsed(ILogger logger, string topic, int count, string group);
}
