using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>The background audit of a flow (<c>heliostat.audit.rate</c>): one of the processes does it for all.</summary>
internal static class FlowAuditing
{
    private const int Near = 10_000;

    /// <summary>Begins it, where the file asks for one.</summary>
    /// <param name="flow">What the file says.</param>
    /// <param name="part">The life's parts.</param>
    /// <param name="lanes">All lanes of the flow, once the topics were looked at.</param>
    /// <param name="remembered">Appends to the state topic.</param>
    public static void Begin(FlowOptions flow, FlowParts part, Func<IEnumerable<TopicPartition>> lanes, PartitionAppender remembered)
    {
        var (life, clients, _, state, workers, _) = part;
        if (flow.AuditBytesPerSecond is not { } rate)
        {
            return;
        }

        var scope = life.Scope;
        var audit = new BackgroundAudit(clients.SourceReader(), clients.TailReader(), flow.SourceConsumer.Fetch.IsolationLevel,
            new ByteRate(rate, scope.Time), state.Audits, scope)
        {
            Store = (records, ct) => remembered.AppendAsync(records, ct),
            Goals = GoalsAsync,
            IsOurs = part.IsOurs ?? (static () => true),
        };
        part.DoOnce(Duty.Audit, audit.Rounds());

        async Task<IReadOnlyList<AuditGoal>> GoalsAsync(CancellationToken ct)
        {
            // What another process audited last is known before this one goes on.
            await (await state.FollowStateAsync()).ToEndAsync(ct);
            return [.. lanes().Select(Goal).OfType<AuditGoal>()];
        }

        // A map is read only where it says where to begin, or what makes a turn.
        bool IsFar(TopicPartition lane, long offset) => state.Audits.Find(lane) is not { } known || offset - known.Report.To > Near;

        AuditGoal? Goal(TopicPartition lane)
        {
            var isOurs = workers?.Has(lane) != false;
            return state.StoredOf(lane, isOurs) is { Target: { } target, Offset: >= 0 and var offset } stored
                ? new AuditGoal(
                    new AuditLane(lane, new TopicPartition(part.Rules.Remote(lane.Topic), lane.Partition))
                    {
                        Map = IsFar(lane, offset) ? state.MapOf(lane, isOurs) : null,
                        Rules = part.Rules.Records(lane),
                        StoredNext = offset + 1,
                    },
                    new AuditStart(offset + 1, target + 1), new TopicIds(stored.SourceTopicId, stored.TargetTopicId))
                : null;
        }
    }
}
