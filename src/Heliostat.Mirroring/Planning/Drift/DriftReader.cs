using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>
/// Tells in what the targets of flows are not as the flows would have them, but for records. What only a target has is its own, unless it
/// is the mirror of a topic that is gone.
/// </summary>
/// <param name="flows">All flows of the file.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Where clients log to.</param>
public sealed class DriftReader(IReadOnlyList<FlowOptions> flows, TimeProvider time, ILoggerFactory loggers)
{
    private const long BufferBytes = 32 * 1024 * 1024;

    /// <summary>Looks at flows that mirror.</summary>
    /// <param name="chosen">Which.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaConnectionException">A cluster does not answer; the message names it.</exception>
    /// <exception cref="KafkaErrorException">A cluster does not tell what is needed.</exception>
    public async Task<IReadOnlyList<FlowDrift>> ReadAsync(IReadOnlyList<FlowOptions> chosen, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        FlowOptions[] enabled = [.. chosen.Where(flow => flow.Enabled)];
        var plans = await new FilePlanner(flows, time, loggers).PlanAsync(enabled, static _ => { }, ct);
        List<FlowDrift> drifts = [];
        foreach (var (flow, plan) in enabled.Zip(plans))
        {
            drifts.Add(await ReadAsync(flow, plan, ct));
        }

        return drifts;
    }

    private async Task<FlowDrift> ReadAsync(FlowOptions flow, FlowPlan plan, CancellationToken ct)
    {
        List<NotCompared> missing = [.. Missing(flow, plan)];
        await using var clients = new FlowClients(flow, new FramePool(BufferBytes), time, loggers);
        await clients.AskAsync(ct);
        var (source, target) = (clients.OnSource, clients.OnTarget);
        var here = ClusterTopic.From(await source.ListTopicsAsync(ct));
        var there = ClusterTopic.From(await target.ListTopicsAsync(ct));
        var stored = there.Any(topic => topic.Name == flow.Worker.OffsetsTopic)
            ? (await StoredPositions.ReadAsync(flow, clients.TargetAdmin, time, loggers, ct)).Keys.Select(lane => lane.Topic).Distinct()
            : [];
        List<Difference> found = [.. TopicDrift.Of(plan, TopicRules.Of(flow), here, there, stored)];
        found.AddRange(plan.Acls.Add.Select(rule => new Difference(DifferenceKind.Acl, rule, "is not there", rule, null)));
        found.AddRange(await GroupsAsync(flow, plan, ct));
        found.AddRange(await SidesAsync("quotas", side => QuotasAsync(side, ct), QuotaDrift.Of, source, target, missing));
        found.AddRange(await SidesAsync("users of SCRAM", side => UsersAsync(side, ct), ScramDrift.Of, source, target, missing));
        return new FlowDrift(flow.Name.ToString(), plan.Mirrored.Count,
            [.. found.OrderBy(one => one.Kind).ThenBy(one => one.Name, StringComparer.Ordinal)], missing);
    }

    /// <summary>What plan and file say is not looked at.</summary>
    private static IEnumerable<NotCompared> Missing(FlowOptions flow, FlowPlan plan)
    {
        if (flow.Topics.ConfigSyncInterval is null)
        {
            yield return new NotCompared("configs", "sync.topic.configs.enabled is false", IsChosen: true);
        }

        foreach (var unread in plan.Configs.Where(config => config is { Config: null, Refusal: not null }))
        {
            yield return new NotCompared($"configs of '{unread.Remote}'", unread.Refusal!, IsChosen: false);
        }

        if (plan.Acls.Off is { } off)
        {
            // Where no authorizer is, there are none: a plan does not count that among its refusals.
            yield return new NotCompared("access rules", off, !plan.Refusals.Contains(off));
        }

        if (flow.Groups.OffsetSyncInterval is null)
        {
            yield return new NotCompared("groups", plan.Groups.Off ?? "sync.group.offsets.enabled is false", IsChosen: true);
        }
        else if (plan.Groups.Off is { } groups)
        {
            yield return new NotCompared("groups", groups, IsChosen: false);
        }
    }

    private async Task<IEnumerable<Difference>> GroupsAsync(FlowOptions flow, FlowPlan plan, CancellationToken ct) =>
        flow.Groups.OffsetSyncInterval is null || plan.Groups.Off is not null ? [] : GroupDrift.Of(
            await new GroupsReader(time, loggers).ReadAsync(flow, ct),
            plan.Mirrored.Select(mirror => mirror.Source).ToHashSet(StringComparer.Ordinal));

    /// <summary>Asks both sides for the same, and compares; what a side does not tell is noted.</summary>
    private static async Task<IEnumerable<Difference>> SidesAsync<T>(string what,
        Func<AdminClient, ValueTask<(ErrorCode Error, IReadOnlyList<T> All)>> ask,
        Func<IReadOnlyList<T>, IReadOnlyList<T>, IEnumerable<Difference>> compare, AdminClient source, AdminClient target,
        List<NotCompared> missing)
    {
        List<IReadOnlyList<T>> both = [];
        foreach (var (name, side) in ((string, AdminClient)[])[("source", source), ("target", target)])
        {
            var (error, all) = await ToldAsync(ask, side);
            if (error != ErrorCode.None)
            {
                missing.Add(new NotCompared(what, $"{name}: {error.Name()}", IsChosen: false));
                return [];
            }

            both.Add(all);
        }

        return compare(both[0], both[1]);
    }

    private static async Task<(ErrorCode Error, IReadOnlyList<T> All)> ToldAsync<T>(
        Func<AdminClient, ValueTask<(ErrorCode Error, IReadOnlyList<T> All)>> ask, AdminClient side)
    {
        try
        {
            return await ask(side);
        }
        catch (KafkaErrorException refused)
        {
            return (refused.Code, []);
        }
    }

    private static async ValueTask<(ErrorCode, IReadOnlyList<DescribeClientQuotasEntryData>)> QuotasAsync(AdminClient side,
        CancellationToken ct)
    {
        var told = await side.DescribeClientQuotasAsync([], strict: false, ct);
        return (told.ErrorCode, told.Entries ?? []);
    }

    private static async ValueTask<(ErrorCode, IReadOnlyList<DescribeUserScramCredentialsResult>)> UsersAsync(AdminClient side,
        CancellationToken ct)
    {
        var told = await side.DescribeUserScramCredentialsAsync(ct);
        return (told.ErrorCode, told.Results);
    }
}
