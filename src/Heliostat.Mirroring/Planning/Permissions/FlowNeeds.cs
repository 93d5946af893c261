using Heliostat.Configuration.Options;
using Heliostat.Configuration.Patterns;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning.Permissions;

/// <summary>What the clients of a flow need to be allowed, by its options alone.</summary>
internal static class FlowNeeds
{
    /// <summary><see cref="Need.For"/> of the topics that a flow keeps its state in.</summary>
    public const string State = "for its own state";

    /// <param name="flow">The flow.</param>
    /// <param name="mirrored">The topics of the source that it mirrors now: those beyond <c>topics</c>, as heartbeats, need rights
    /// too.</param>
    public static IReadOnlyList<Need> Of(FlowOptions flow, IReadOnlyList<string> mirrored)
    {
        var names = new FlowTopicNames(flow);
        List<Need> needs = [.. OfInternalTopics(flow, names)];
        if (!flow.Enabled)
        {
            return needs;
        }

        var rules = TopicRules.Of(flow);
        NamePattern[] topics = [.. Named(flow, names, mirrored)];
        needs.AddRange(topics.SelectMany(topic => OfMirror(flow, topic, topic with { Name = rules.Remote(topic.Name) })));
        needs.Add(new Need(NeedRole.TargetAdmin, ResourceType.Group, Name(flow.Worker.ShareGroupId),
            [AclOperation.Read, AclOperation.Describe], "to share the flow with other processes"));
        if (flow.Groups.CheckpointInterval is not null)
        {
            needs.AddRange(flow.Groups.Groups.Patterns.SelectMany(group => OfGroups(flow, group)));
        }

        if (flow.Topics.AclSyncInterval is not null)
        {
            needs.Add(new Need(NeedRole.SourceAdmin, ResourceType.Cluster, Name(Need.Cluster), [AclOperation.Describe],
                "to copy access rules"));
            needs.Add(new Need(NeedRole.TargetAdmin, ResourceType.Cluster, Name(Need.Cluster), [AclOperation.Describe, AclOperation.Alter],
                "to copy access rules"));
        }

        if (flow.Topics.QuotaSyncInterval is not null)
        {
            needs.Add(new Need(NeedRole.SourceAdmin, ResourceType.Cluster, Name(Need.Cluster), [AclOperation.DescribeConfigs],
                "to copy quotas"));
            needs.Add(new Need(NeedRole.TargetAdmin, ResourceType.Cluster, Name(Need.Cluster),
                [AclOperation.DescribeConfigs, AclOperation.AlterConfigs], "to copy quotas"));
        }

        var ids = new NamePattern($"{flow.Worker.GroupId}-", IsPrefix: true);
        if (!flow.Worker.IsExactlyOnce && flow.Worker.Fences)
        {
            needs.Add(new Need(
                NeedRole.DataProducer, ResourceType.TransactionalId, ids, [AclOperation.Write, AclOperation.Describe],
                "to fence former owners of lanes (heliostat.fence = lease does without)"));
        }

        if (flow.Worker.IsExactlyOnce)
        {
            needs.Add(new Need(NeedRole.DataProducer, ResourceType.TransactionalId, ids, [AclOperation.Write, AclOperation.Describe],
                "for exactly-once"));
            needs.Add(new Need(NeedRole.TargetAdmin, ResourceType.TransactionalId, ids, [AclOperation.Write, AclOperation.Describe],
                "for exactly-once"));
        }

        return needs;
    }

    /// <summary>What <c>topics</c> says, and what is mirrored without it: heartbeats, as soon as anybody writes some.</summary>
    private static IEnumerable<NamePattern> Named(FlowOptions flow, FlowTopicNames names, IReadOnlyList<string> mirrored)
    {
        IEnumerable<string> unnamed = flow.Topics.ReplicateHeartbeats ? mirrored.Append(names.Heartbeats.Name).Distinct() : mirrored;
        var patterns = flow.Selection.Patterns;
        return [.. patterns, .. unnamed.Where(topic => !patterns.Any(pattern => pattern.Includes(topic))).Select(Name)];
    }

    private static IEnumerable<Need> OfMirror(FlowOptions flow, NamePattern topic, NamePattern remote)
    {
        const string Mirror = "to mirror it";
        yield return new Need(NeedRole.SourceConsumer, ResourceType.Topic, topic, [AclOperation.Read, AclOperation.Describe], Mirror);
        yield return new Need(NeedRole.SourceAdmin, ResourceType.Topic, topic, [AclOperation.Describe, AclOperation.DescribeConfigs],
            Mirror);
        yield return new Need(NeedRole.DataProducer, ResourceType.Topic, remote, [AclOperation.Write, AclOperation.Describe], Mirror);
        yield return new Need(NeedRole.TargetConsumer, ResourceType.Topic, remote, [AclOperation.Read, AclOperation.Describe],
            "to compare its end after a crash");
        yield return new Need(NeedRole.TargetAdmin, ResourceType.Topic, remote,
            [AclOperation.Create, AclOperation.Alter, AclOperation.Describe], "to make it and let it grow");
        if (flow.Topics.ConfigSyncInterval is not null)
        {
            yield return new Need(NeedRole.TargetAdmin, ResourceType.Topic, remote,
                [AclOperation.DescribeConfigs, AclOperation.AlterConfigs], "to keep its configs");
        }

        if (!flow.Topics.DeleteGoneAfter.IsNone)
        {
            yield return new Need(NeedRole.TargetAdmin, ResourceType.Topic, remote, [AclOperation.Delete, AclOperation.Describe],
                "to delete it once its topic is gone");
        }
    }

    private static IEnumerable<Need> OfGroups(FlowOptions flow, NamePattern group)
    {
        yield return new Need(NeedRole.SourceAdmin, ResourceType.Group, group, [AclOperation.Describe], "to follow it");
        if (flow.Groups.OffsetSyncInterval is not null)
        {
            yield return new Need(NeedRole.TargetAdmin, ResourceType.Group, group, [AclOperation.Read, AclOperation.Describe],
                "to write its offsets");
        }
    }

    private static IEnumerable<Need> OfInternalTopics(FlowOptions flow, FlowTopicNames names)
    {
        foreach (var topic in names.OnSource)
        {
            foreach (var need in OfInternalTopic(topic, NeedRole.SourceAdmin, NeedRole.OffsetSyncsProducer, NeedRole.SourceConsumer))
            {
                yield return need;
            }
        }

        foreach (var topic in names.OnTarget)
        {
            var writer = topic == names.OffsetSyncs ? NeedRole.OffsetSyncsProducer : NeedRole.DataProducer;
            foreach (var need in OfInternalTopic(topic, NeedRole.TargetAdmin, writer,
                topic == names.Heartbeats ? null : NeedRole.TargetConsumer))
            {
                yield return need;
            }
        }
    }

    private static IEnumerable<Need> OfInternalTopic(InternalTopic topic, NeedRole admin, NeedRole writer, NeedRole? reader)
    {
        yield return new Need(admin, ResourceType.Topic, Name(topic.Name),
            [AclOperation.Create, AclOperation.Describe, AclOperation.DescribeConfigs], State);
        yield return new Need(writer, ResourceType.Topic, Name(topic.Name), [AclOperation.Write, AclOperation.Describe], State);
        if (reader is { } role)
        {
            yield return new Need(role, ResourceType.Topic, Name(topic.Name), [AclOperation.Read, AclOperation.Describe], State);
        }
    }

    private static NamePattern Name(string name) => new(name, IsPrefix: false);
}
