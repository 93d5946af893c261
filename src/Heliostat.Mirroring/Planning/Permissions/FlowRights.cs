using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Planning.Permissions;

/// <summary>Asks both clusters, as each of a flow's principals, whether they may do what the flow needs.</summary>
/// <param name="flow">The flow.</param>
/// <param name="open">Makes a client.</param>
/// <param name="time">The clock.</param>
internal sealed class FlowRights(FlowOptions flow, Func<ClientOptions, KafkaClient> open, TimeProvider time)
{
    /// <param name="plan">What the flow would do, so far as it is known: with the topics that it mirrors and those that are
    /// missing.</param>
    /// <param name="ct">Ends the asking.</param>
    /// <exception cref="KafkaConnectionException">A principal is not let in; the message names the cluster.</exception>
    public async Task<IReadOnlyList<PlannedRight>> AskAsync(FlowPlan plan, CancellationToken ct)
    {
        var standing = Standing(plan);
        var rights = new List<PlannedRight>();
        foreach (var own in FlowNeeds.Of(flow, [.. plan.Mirrored.Select(topic => topic.Source)])
            .GroupBy(need => (Cluster: ClusterOf(need.Role), ClientOf(need.Role).Security)))
        {
            await using var client = open(ClientOf(own.First().Role) with { Cluster = SideOf(own.Key.Cluster) });
            var needs = Merged(own,
                standing.Where(topic => topic.Cluster == own.Key.Cluster).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal));
            rights.AddRange(await AskAsync(new RightsClient(client), own.Key.Cluster, Principals.Of(own.Key.Security, time), needs,
                NamesOn(own.Key.Cluster, plan), ct));
        }

        return rights;
    }

    /// <summary>What lacks, in a sentence.</summary>
    public string Refusal(PlannedRight right) =>
        $"{SideOf(right.Cluster)}: {right.Principal ?? "the principal there"} lacks {string.Join(", ", right.Lacks)} on {right.Resource}, "
            + $"needed {right.For}";

    private async Task<IEnumerable<PlannedRight>> AskAsync(
        RightsClient rights, string cluster, string? principal, IReadOnlyList<Need> needs, IReadOnlyList<string> names,
        CancellationToken ct)
    {
        var asked = needs.ToDictionary(need => need, need => Samples(need, names));
        var onCluster = await rights.ClusterAsync(ct);
        var onTopics = await rights.TopicsAsync([.. needs
            .Where(need => need.Type == ResourceType.Topic).SelectMany(need => asked[need]).Distinct()], ct);
        var planned = new List<PlannedRight>();
        foreach (var need in needs)
        {
            AclRights[] found = need.Type switch
            {
                ResourceType.Topic => [.. asked[need].Select(name => onTopics.GetValueOrDefault(name))],
                ResourceType.Group => [await rights.GroupAsync(need.Sample, ct)],
                ResourceType.TransactionalId => [await rights.TransactionalIdAsync(need.Sample, ct)],
                _ => [onCluster],
            };
            if (need.Type == ResourceType.Topic && onCluster.Have(AclOperation.Create))
            {
                found = [.. found.Select(one => one.With(AclOperation.Create, allowed: true))];
            }

            planned.Add(Planned(cluster, principal, need, found));
        }

        return planned;
    }

    private PlannedRight Planned(string cluster, string? principal, Need need, AclRights[] found)
    {
        AclOperation[] lacks = [.. need.Operations.Where(operation => found.Any(one => one.Lack(operation)))];
        return new PlannedRight
        {
            Cluster = cluster,
            Principal = principal,
            Resource = AclCommand.Resource(need),
            For = need.For,
            Has = [.. need.Operations.Where(operation => found.All(one => one.Have(operation))).Select(AclCommand.Name)],
            Lacks = [.. lacks.Select(AclCommand.Name)],
            Unknown = [.. need.Operations
                .Where(operation => !lacks.Contains(operation) && !found.All(one => one.Have(operation))).Select(AclCommand.Name)],
            Command = lacks.Length == 0 ? null : AclCommand.Of(ClientOf(need.Role).BootstrapServers, principal, need, lacks),
        };
    }

    /// <summary>The topics that a rule is about now, or one that it would be about.</summary>
    private static List<string> Samples(Need need, IReadOnlyList<string> names) =>
        need.Pattern.IsPrefix && names.Where(need.Pattern.Includes).ToList() is { Count: > 0 } now ? now : [need.Sample];

    /// <summary>One need for each resource; topics that stand need not be created.</summary>
    private static IReadOnlyList<Need> Merged(IEnumerable<Need> needs, HashSet<string> standing) =>
    [
        .. needs.GroupBy(need => (need.Type, need.Pattern)).Select(alike => alike.First() with
        {
            Operations =
            [
                .. alike.SelectMany(need => need.Operations).Distinct().Order()
                    .Where(operation => operation != AclOperation.Create || alike.Key.Pattern.IsPrefix
                        || !standing.Contains(alike.Key.Pattern.Name)),
            ],
            For = string.Join(", ", alike.Select(need => need.For).Distinct()),
        }),
    ];

    private (string Cluster, string Name)[] Standing(FlowPlan plan)
    {
        var missing = plan.InternalTopics
            .Select(topic => (topic.Cluster, topic.Name)).Concat(plan.Create.Select(topic => (flow.Name.Target, topic.Remote))).ToHashSet();
        return
        [
            .. FlowNeeds.Of(flow, []).Where(need => need is { Type: ResourceType.Topic, For: FlowNeeds.State })
                .Select(need => (ClusterOf(need.Role), need.Pattern.Name))
                .Concat(plan.Mirrored.Select(topic => (flow.Name.Target, topic.Remote)))
                .Distinct().Where(topic => !missing.Contains(topic)),
        ];
    }

    private IReadOnlyList<string> NamesOn(string cluster, FlowPlan plan) =>
        [.. plan.Mirrored.Select(topic => cluster == flow.Name.Source ? topic.Source : topic.Remote)];

    private string ClusterOf(NeedRole role) => role is NeedRole.SourceConsumer or NeedRole.SourceAdmin
        || (role == NeedRole.OffsetSyncsProducer && flow.OffsetSyncs.Location == OffsetSyncsLocation.Source)
        ? flow.Name.Source
        : flow.Name.Target;

    private string SideOf(string cluster) => cluster == flow.Name.Source ? SideNames.Of(flow.Name).Source : SideNames.Of(flow.Name).Target;

    private ClientOptions ClientOf(NeedRole role) => role switch
    {
        NeedRole.SourceConsumer => flow.SourceConsumer.Client,
        NeedRole.SourceAdmin => flow.SourceAdmin,
        NeedRole.TargetConsumer => flow.TargetConsumer.Client,
        NeedRole.TargetAdmin => flow.TargetAdmin,
        NeedRole.OffsetSyncsProducer => flow.OffsetSyncsProducer.Client,
        _ => flow.DataProducer.Client,
    };
}
