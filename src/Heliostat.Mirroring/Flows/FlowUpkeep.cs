using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Deletions;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Quotas;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// What keeps the target's topics like the source's besides their records: configs and access rules, quotas, and mirrors that go with their
/// topics. One of the processes does it for all.
/// </summary>
internal static class FlowUpkeep
{
    /// <summary>Begins what the file asks for.</summary>
    /// <param name="flow">What the file says.</param>
    /// <param name="part">The life's parts.</param>
    /// <param name="topics">What is mirrored.</param>
    /// <param name="rings">The file's flows.</param>
    /// <param name="remembered">Appends to the state topic.</param>
    /// <param name="losses">Keeps there what is decided of lanes.</param>
    public static void Begin(FlowOptions flow, FlowParts part, TopicSync topics, TopicRings rings, PartitionAppender remembered,
        LossLoop losses)
    {
        BeginTopics(part, new TopicUpkeep(flow, topics, part.State.Acls, part.Clients.OnSource, part.Clients.OnTarget, part.Life.Scope)
        {
            State = remembered,
            Awaited = part.Awaited
        });
        BeginQuotas(flow, part, remembered);
        BeginDeletions(flow, part, rings, remembered, losses);
    }

    private static void BeginTopics(FlowParts part, TopicUpkeep upkeep)
    {
        if (upkeep.Configs is { } configs)
        {
            part.DoOnce(Duty.TopicConfigs, configs);
        }

        if (upkeep.AwaitedConfigs is { } awaited)
        {
            awaited.IsOurs = part.IsOurs;
            part.Life.Work(awaited.RunAsync);
        }

        if (upkeep.Acls is { } acls)
        {
            part.DoOnce(Duty.TopicAcls, acls);
        }
    }

    private static void BeginQuotas(FlowOptions flow, FlowParts part, PartitionAppender remembered)
    {
        if (flow.Topics.QuotaSyncInterval is { } interval)
        {
            var (life, clients, _, state, _, _) = part;
            part.DoOnce(Duty.Quotas, new QuotaSync(interval, state.Quotas, SideNames.Of(flow.Name), clients.OnSource, clients.OnTarget,
                life.Scope)
            {
                Reread = async ct => await (await state.FollowStateAsync()).ToEndAsync(ct),
                Store = (records, ct) => remembered.AppendAsync(records, ct),
            }.Rounds);
        }
    }

    private static void BeginDeletions(FlowOptions flow, FlowParts part, TopicRings rings, PartitionAppender remembered, LossLoop losses)
    {
        var after = flow.Topics.DeleteGoneAfter;
        if (after.IsNone)
        {
            return;
        }

        var (life, clients, _, state, workers, _) = part;
        var (scope, sides) = (life.Scope, SideNames.Of(flow.Name));
        var reader = clients.TailReader();
        life.Serve(reader.RunAsync);
        part.DoOnce(Duty.Deletions, new GoneTopics(after, part.Rules, state.Gone, clients.OnSource, clients.OnTarget,
            new MirrorLook(reader, scope.Time, sides.Target), scope)
        {
            Sides = sides,
            Reread = async ct => await (await state.FollowStateAsync()).ToEndAsync(ct),
            Stored = () => state.StoredByAll(lane => workers?.Has(lane) != false),
            Store = (records, ct) => remembered.AppendAsync(records, ct),
            DoWithout = DoWithoutAsync,
            IsShared = mirror => rings.IsShared(flow.Name, mirror),
        }.Rounds);

        // As after `heliostat resume`: whoever has the lanes reads it there.
        async Task DoWithoutAsync(IReadOnlyDictionary<TopicPartition, SourcePosition> lanes, CancellationToken ct)
        {
            var now = scope.Time.GetUtcNow();
            var known = state.Losses.Lanes;
            foreach (var (lane, position) in lanes)
            {
                var halted = known.GetValueOrDefault(lane)
                    ?? new LaneDecision(LossKind.Gone, now, position.Offset + 1, null, "its topic is gone, and its mirror was deleted");
                state.Losses.Decide(lane, halted with { ResumeAt = 0 });
            }

            await losses.SaveAsync(ct);
        }
    }
}
