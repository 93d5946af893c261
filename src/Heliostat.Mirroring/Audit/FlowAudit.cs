using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Comparing;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Audit;

/// <summary>An audit of all lanes of a flow, some of them side by side.</summary>
internal sealed class FlowAudit(KafkaClient source, KafkaClient target, IsolationLevel isolation, AuditSettings settings, TimeProvider time)
{
    private const int PageBytes = 1 << 20;

    private readonly AdminClient _onSource = new(source, time);
    private readonly AdminClient _onTarget = new(target, time);
    private IReadOnlyList<LaneAuditor> _auditors = [];

    /// <summary>How far each lane is.</summary>
    public IReadOnlyList<LaneReport> Reports => [.. Volatile.Read(ref _auditors).Select(auditor => auditor.Report)];

    /// <summary>Audits <paramref name="lanes"/>; goes on where <paramref name="before"/> says, if it knows the lane.</summary>
    public async Task RunAsync(IReadOnlyList<AuditLane> lanes, IReadOnlyDictionary<(string Topic, int Partition), LaneReport> before,
        CancellationToken ct)
    {
        source.Metadata.Track(lanes.Where(lane => lane.Uncheckable is null).Select(lane => lane.Source.Topic).Distinct());
        target.Metadata.Track(lanes.Where(lane => lane.Uncheckable is null).Select(lane => lane.Target.Topic).Distinct());
        await source.Metadata.RefreshAsync(ct);
        await target.Metadata.RefreshAsync(ct);
        var checkable = lanes.Where(lane => lane.Uncheckable is null).ToList();
        var there = await RangesAsync(_onTarget, [.. checkable.Select(lane => lane.Target)], IsolationLevel.ReadCommitted, ct);
        var here = await WithinBoundsAsync(checkable,
            await RangesAsync(_onSource, [.. checkable.Select(lane => lane.Source)], isolation, ct), ct);
        var (from, to) = (new PageReader(source, isolation, PageBytes, time),
            new PageReader(target, IsolationLevel.ReadCommitted, PageBytes, time));
        var (rate, alignment) = (new ByteRate(settings.BytesPerSecond, time), new AuditAlignment(from, to, _onSource, _onTarget));
        var auditors = lanes.Select(lane => new LaneAuditor(lane, from, to, alignment, rate, settings)).ToArray();
        Volatile.Write(ref _auditors, auditors);
        var room = new AsyncLock(settings.SideBySide);
        await Settling.AllAsync(lanes.Select((lane, i) => OneAsync(lane, auditors[i])));

        async Task OneAsync(AuditLane lane, LaneAuditor auditor)
        {
            await room.WaitAsync(ct);
            try
            {
                var known = before.GetValueOrDefault((lane.Source.Topic, lane.Source.Partition));
                await auditor.RunAsync(here.GetValueOrDefault(lane.Source), there.GetValueOrDefault(lane.Target), known, ct);
            }
            finally
            {
                room.Release();
            }
        }
    }

    /// <summary>What is to be mirrored of each log, and what was.</summary>
    private async Task<Dictionary<TopicPartition, (long Start, long End)>> WithinBoundsAsync(
        List<AuditLane> lanes, Dictionary<TopicPartition, (long Start, long End)> logs, CancellationToken ct)
    {
        foreach (var lane in lanes.Where(lane => lane.Bounds is not (null, null)))
        {
            var (start, end) = logs[lane.Source];
            var from = await AtAsync(lane.Source, lane.Bounds.From, start, end, ct);
            logs[lane.Source] = (Math.Clamp(from, start, end), Math.Clamp(
                Math.Max(await AtAsync(lane.Source, lane.Bounds.Until, end, end, ct), lane.StoredNext), Math.Clamp(from, start, end), end));
        }

        return logs;
    }

    private async Task<long> AtAsync(TopicPartition partition, LogBound? bound, long otherwise, long end, CancellationToken ct) =>
        bound switch
        {
            { Kind: LogBoundKind.Offset, Value: var offset } => offset,
            { Kind: LogBoundKind.Time, Value: var time } => (await _onSource.ListOffsetsAsync(new Dictionary<TopicPartition, long>
            {
                [partition] = time
            }, isolation, ct))[partition] switch
            {
                { ErrorCode: ErrorCode.None, Offset: >= 0 and var found } => found,
                { ErrorCode: ErrorCode.None } => end,
                var failed => throw new KafkaErrorException(failed.ErrorCode,
                    $"offsets of {partition} cannot be looked up: {failed.ErrorCode.Name()}"),
            },
            _ => otherwise,
        };

    private static async Task<Dictionary<TopicPartition, (long Start, long End)>> RangesAsync(
        AdminClient cluster, IReadOnlyCollection<TopicPartition> partitions, IsolationLevel isolation, CancellationToken ct)
    {
        var starts = await cluster.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Earliest), isolation,
            ct);
        var ends = await cluster.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), isolation, ct);
        foreach (var (partition, found) in starts.Concat(ends))
        {
            if (found.ErrorCode != ErrorCode.None)
            {
                throw new KafkaErrorException(found.ErrorCode, $"offsets of {partition} cannot be looked up: {found.ErrorCode.Name()}");
            }
        }

        return partitions.ToDictionary(partition => partition, partition => (starts[partition].Offset, ends[partition].Offset));
    }
}
