using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.Mirroring.Duties;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Groups;

/// <summary>
/// Writes translated offsets to the target's groups, so that their consumers go on there (KIP-545). Only where nobody consumes: the group
/// must be known to be empty or not there in the same round, and a partition's offset only ever goes forward, partition by partition
/// (unlike MirrorMaker 2's "absent from the snapshot" rule, KAFKA-19794).
/// </summary>
internal sealed partial class GroupOffsetSync(
    KafkaClient target, AdminClient admin, CheckpointStore store, TimeProvider time, ILoggerFactory loggers, ILogger logger)
{
    private readonly HashSet<string> _refused = [];

    /// <summary>Writes them every <paramref name="interval"/>.</summary>
    public Rounds Every(TimeSpan interval) => new(interval, RoundAsync, cause => LogFailed(logger, cause), time);

    private async Task RoundAsync(CancellationToken ct)
    {
        var checkpoints = store.Followed();
        if (checkpoints.Count == 0)
        {
            return;
        }

        var idle = await IdleAsync(checkpoints.Keys, ct);
        foreach (var (group, committed) in await admin.ListGroupOffsetsAsync(idle, ct))
        {
            if (committed.ErrorCode != ErrorCode.None)
            {
                if (_refused.Add(group))
                {
                    LogRefused(logger, group, committed.ErrorCode);
                }

                continue;
            }

            var behind = checkpoints[group].Where(checkpoint =>
                !committed.Errors.ContainsKey(checkpoint.TopicPartition)
                && (!committed.Offsets.TryGetValue(checkpoint.TopicPartition, out var there)
                    || there.Offset < checkpoint.DownstreamOffset));
            await WriteAsync(group, [.. behind], ct);
        }
    }

    /// <summary>Groups of the target that nobody consumes with: empty ones, and ones that are not there.</summary>
    private async Task<IReadOnlyList<string>> IdleAsync(IEnumerable<string> groups, CancellationToken ct)
    {
        var listed = await admin.ListGroupsAsync(ct);
        if (listed.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(listed.ErrorCode, $"target: the groups cannot be listed: {listed.ErrorCode.Name()}");
        }

        var states = SourceGroups.States(listed.Groups);
        List<string> idle = [.. groups.Where(group => !states.TryGetValue(group, out var state) || GroupStates.Parse(state).IsIdle())];

        // Brokers before 2.6 list groups without their states.
        var described = await admin.DescribeGroupsAsync([.. groups.Where(group => states.GetValueOrDefault(group) == "")], ct);
        idle.AddRange(described.Where(group => group.ErrorCode == ErrorCode.None && GroupStates.Parse(group.GroupState).IsIdle())
            .Select(group => group.GroupId));
        return idle;
    }

    private async Task WriteAsync(string group, Checkpoint[] behind, CancellationToken ct)
    {
        if (behind.Length == 0)
        {
            return;
        }

        var offsets = behind.ToDictionary(checkpoint => checkpoint.TopicPartition,
            checkpoint => new OffsetAndMetadata(checkpoint.DownstreamOffset, -1, checkpoint.Metadata));
        var result = await new GroupOffsets(target, group, time, loggers).CommitAsync(offsets, ct);
        switch (result.Outcome)
        {
            case CommitOutcome.Committed when result.Errors.Count == 0:
                _refused.Remove(group);
                LogWritten(logger, group, offsets.Count);
                break;
            case CommitOutcome.NotMember:
                // Somebody began to consume since it was described: it is theirs now.
                break;
            default:
                if (_refused.Add(group))
                {
                    LogRefused(logger, group, result.ErrorCode != ErrorCode.None ? result.ErrorCode : result.Errors.Values.First());
                }

                break;
        }
    }

    [LoggerMessage(EventIds.GroupOffsetsWritten, LogLevel.Debug,
        "target: group {Group} goes on at translated offsets in {Count} partitions")]
    private static partial void LogWritten(ILogger logger, string group, int count);

    [LoggerMessage(EventIds.GroupOffsetsRefused, LogLevel.Warning,
        "target: offsets of group {Group} cannot be written: {Error}; trying on")]
    private static partial void LogRefused(ILogger logger, string group, ErrorCode error);

    [LoggerMessage(EventIds.GroupOffsetsFailed, LogLevel.Warning, "target: offsets of groups cannot be written now: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);
}
