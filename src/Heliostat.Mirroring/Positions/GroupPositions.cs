using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// Commits acknowledged positions to the source's group: every interval, and when lanes are given back. Only lanes that this member owns
/// are ever committed, and only forward: what was remembered of a partition that went to another member is forgotten.
/// </summary>
internal sealed partial class GroupPositions : IPositions
{
    private readonly LaneTable _lanes;
    private readonly ConsumerGroup _group;
    private readonly KnownPositions _known;
    private readonly ILogger _logger;
    private readonly Dictionary<Lane, long> _committed = [];
    private string? _reported;

    /// <param name="lanes">What this member owns.</param>
    /// <param name="group">The member.</param>
    /// <param name="known">What the process knows of partitions that were lost.</param>
    /// <param name="interval">From one commit to the next.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For people.</param>
    public GroupPositions(LaneTable lanes, ConsumerGroup group, KnownPositions known, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        _lanes = lanes;
        _group = group;
        _known = known;
        _logger = logger;
        Rounds = new Rounds(interval, CommitAsync, tell: null, time) { IsExpected = _ => false };
    }

    public Rounds Rounds { get; }

    public bool NeedTheProducer => false;

    /// <summary>
    /// Commits where a lane that is not open stopped, with what its logs were: the next start finds again what halted it.
    /// </summary>
    public async Task KeepAsync(LanePlan lane, LanePosition position, CancellationToken ct) =>
        await _group.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata>
        {
            [lane.Source] = CommitNote.Commit(position, lane.Mark)
        }, ct);

    /// <summary>Commits where lanes are to begin that are not open yet. A group that may not be written keeps nothing, as ever.</summary>
    /// <exception cref="KafkaErrorException">The group does not take it now.</exception>
    public async Task BeginAsync(IReadOnlyDictionary<TopicPartition, LanePosition> starts, PositionMark mark, CancellationToken ct)
    {
        var result = starts.Count == 0
            ? null
            : await _group.CommitAsync(starts.ToDictionary(start => start.Key, start => CommitNote.Commit(start.Value, mark)), ct);
        if (result is not (null or { Outcome: CommitOutcome.Committed } or { ErrorCode: ErrorCode.GroupAuthorizationFailed }))
        {
            throw new KafkaErrorException(result.ErrorCode,
                $"source: where {starts.First().Key} begins cannot be committed "
                    + $"({(result.ErrorCode == ErrorCode.None ? $"{result.Outcome}" : result.ErrorCode.Name())})");
        }
    }

    public long Unstored(IReadOnlyList<Lane> lanes) =>
        lanes.Sum(lane => Math.Max(0, lane.Position.Offset - _committed.GetValueOrDefault(lane, lane.Start)));

    public Task ForgetAsync(IReadOnlyList<Lane> gone, CancellationToken ct) => Rounds.BetweenRoundsAsync(() => Forget(gone), ct);

    /// <summary>Commits the positions that changed since their last commit.</summary>
    private async Task CommitAsync(CancellationToken ct)
    {
        Dictionary<TopicPartition, OffsetAndMetadata> offsets = [];
        Dictionary<Lane, long> news = [];
        foreach (var lane in _lanes.Open.Where(lane => !lane.Gone))
        {
            var position = lane.Position;
            if (!_committed.TryGetValue(lane, out var before) || before != position.Offset)
            {
                offsets[lane.Plan.Source] = CommitNote.Commit(position, lane.Plan.Mark);
                news[lane] = position.Offset;
                _known.Attempts(lane.Plan.Source, position.Offset);
            }
        }

        if (offsets.Count == 0)
        {
            return;
        }

        var result = await _group.CommitAsync(offsets, ct);
        if (result.Outcome != CommitOutcome.Committed)
        {
            LogRefused(_logger, offsets.Count, result.ErrorCode == ErrorCode.None ? $"{result.Outcome}" : result.ErrorCode.Name());
            return;
        }

        foreach (var (lane, offset) in news.Where(entry => !result.Errors.ContainsKey(entry.Key.Plan.Source)))
        {
            _committed[lane] = offset;
            _known.Committed(lane.Plan.Source, offset);
        }

        ReportRefused(result.Errors);
    }

    private void Forget(IReadOnlyList<Lane> gone)
    {
        foreach (var lane in gone)
        {
            _committed.Remove(lane);
            _known.Left(lane.Plan.Source, lane.Position);
        }
    }

    /// <summary>Once, until others are refused or for another reason.</summary>
    private void ReportRefused(IReadOnlyDictionary<TopicPartition, ErrorCode> errors)
    {
        var said = errors.Count == 0 ? null : $"{errors.Count} {errors.First()}";
        if (said is not null && said != _reported)
        {
            var (partition, code) = errors.First();
            LogPartitionsRefused(_logger, errors.Count, partition.Topic, partition.Partition, code.Name());
        }

        _reported = said;
    }

    [LoggerMessage(EventIds.CommitRefused, LogLevel.Warning,
        "source: positions that were not committed: {Count} ({Error}); what is still owned is committed next time")]
    private static partial void LogRefused(ILogger logger, int count, string error);

    [LoggerMessage(EventIds.PartitionsNotCommitted, LogLevel.Warning,
        "source: partitions whose positions were not committed: {Count}, the first is {Topic}-{Partition} ({Error}); they would be "
            + "mirrored again after a restart; trying on")]
    private static partial void LogPartitionsRefused(ILogger logger, int count, string topic, int partition, string error);
}
