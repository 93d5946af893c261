using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Deletions;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Topics;
using Heliostat.MirrorClient.Positions;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The deletion of mirrors whose topics are gone (<c>heliostat.delete.gone.topics.after</c>): one of the processes does it for all.
/// </summary>
internal static class FlowDeletions
{
    /// <summary>Begins it, where the file asks for it.</summary>
    /// <param name="flow">What the file says.</param>
    /// <param name="part">The life's parts.</param>
    /// <param name="rings">The file's flows.</param>
    /// <param name="remembered">Appends to the state topic.</param>
    /// <param name="losses">Keeps there what is decided of lanes.</param>
    public static void Begin(FlowOptions flow, FlowParts part, TopicRings rings, PartitionAppender remembered, LossLoop losses)
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
