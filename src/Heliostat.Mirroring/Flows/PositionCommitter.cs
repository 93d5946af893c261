using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Commits acknowledged positions to the source's group: every interval, and when lanes are given back. Only lanes that this member owns are ever
/// committed, and only forward: what was remembered of a partition that went to another member is forgotten (mirrormaker.md §1.6).
/// </summary>
internal sealed partial class PositionCommitter(LaneTable lanes, ConsumerGroup group, KnownPositions known, TimeSpan interval, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<Lane, long> _committed = [];
    private readonly AsyncLock _one = new();
    private string? _said;

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            await CommitAsync(lanes.Open, ct);
        }
    }

    /// <summary>Commits the positions of <paramref name="moved"/> that changed since their last commit. False when some could not be committed.</summary>
    public async Task<bool> CommitAsync(IReadOnlyList<Lane> moved, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            Dictionary<TopicPartition, OffsetAndMetadata> offsets = [];
            Dictionary<Lane, long> news = [];
            foreach (var lane in moved.Where(lane => !lane.Gone))
            {
                var position = lane.Position;
                if (!_committed.TryGetValue(lane, out var before) || before != position.Offset)
                {
                    offsets[lane.Plan.Source] = CommitNote.Commit(position);
                    news[lane] = position.Offset;
                    known.Attempts(lane.Plan.Source, position.Offset);
                }
            }

            if (offsets.Count == 0)
            {
                return true;
            }

            var result = await group.CommitAsync(offsets, ct);
            if (result.Outcome != CommitOutcome.Committed)
            {
                LogRefused(logger, offsets.Count, result.Outcome, result.ErrorCode);
                return false;
            }

            foreach (var (lane, offset) in news.Where(entry => !result.Errors.ContainsKey(entry.Key.Plan.Source)))
            {
                _committed[lane] = offset;
                known.Committed(lane.Plan.Source, offset);
            }

            SayRefused(result.Errors);
            return result.Errors.Count == 0;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Commits where a lane that is not open stopped, with what its logs were: the next start finds again what halted it.</summary>
    public async Task KeepAsync(TopicPartition lane, LanePosition position, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await group.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [lane] = CommitNote.Commit(position) }, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>At most so many offsets of <paramref name="lanes"/> are mirrored again if nothing more is committed.</summary>
    public long Uncommitted(IEnumerable<Lane> lanes) => lanes.Sum(lane => Math.Max(0, lane.Taken - _committed.GetValueOrDefault(lane, lane.Start)));

    /// <summary>Forgets lanes that are owned no more, but for how far they got.</summary>
    public async Task ForgetAsync(IReadOnlyList<Lane> gone, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        foreach (var lane in gone)
        {
            _committed.Remove(lane);
            known.Left(lane.Plan.Source, lane.Position);
        }

        _one.Release();
    }

    /// <summary>Once, until others are refused or for another reason.</summary>
    private void SayRefused(IReadOnlyDictionary<TopicPartition, ErrorCode> errors)
    {
        var said = errors.Count == 0 ? null : $"{errors.Count} {errors.First()}";
        if (said is not null && said != _said)
        {
            var (partition, code) = errors.First();
            LogPartitionsRefused(logger, errors.Count, partition, code.Name());
        }

        _said = said;
    }

    [LoggerMessage(EventIds.CommitRefused, LogLevel.Warning, "source: {Count} positions were not committed ({Outcome}, {Error}); what is still owned is committed next time")]
    private static partial void LogRefused(ILogger logger, int count, CommitOutcome outcome, ErrorCode error);

    [LoggerMessage(EventIds.PartitionsNotCommitted, LogLevel.Warning, "source: the positions of {Count} partitions were not committed, the first is {Partition} ({Error}): they would be mirrored again after a restart; trying on")]
    private static partial void LogPartitionsRefused(ILogger logger, int count, TopicPartition partition, string error);
}
