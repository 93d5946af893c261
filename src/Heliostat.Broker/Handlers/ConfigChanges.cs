using System.Globalization;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>What AlterConfigs and IncrementalAlterConfigs have in common: finding the resource and changing it.</summary>
internal static class ConfigChanges
{
    /// <summary>Resources that a request names twice, which are not changed at all.</summary>
    public static HashSet<(ConfigResourceType Type, string Name)> Twice(IEnumerable<(ConfigResourceType Type, string Name)> resources) =>
        resources.CountBy(resource => resource).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet();

    public static AlterConfigsResourceResponse RefuseTwice(ConfigResourceType type, string name) =>
        Answer(type, name, ErrorCode.InvalidRequest, "Each resource must appear at most once.");

    public static AlterConfigsResourceResponse Alter(
        ConfigResourceType type, string name, List<ConfigChange> changes, bool replaceAll, bool validateOnly, RequestContext context)
    {
        if (changes.CountBy(change => change.Name).Any(count => count.Value > 1))
            return Answer(type, name, ErrorCode.InvalidRequest, "Error due to duplicate config keys");

        switch (type)
        {
            case ConfigResourceType.Topic:
                if (!context.IsAllowed(AclOperation.AlterConfigs, ResourceType.Topic, name))
                    return Answer(type, name, ErrorCode.TopicAuthorizationFailed, ErrorMessages.TopicAuthorizationFailed);
                if (context.Cluster.Topics.Find(name) is not { } topic)
                    return Answer(type, name, ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist.");

                var altered = context.Cluster.Configs.Alter(topic, changes, replaceAll, validateOnly);
                return Answer(type, name, altered.Error, altered.Message);
            case ConfigResourceType.Broker:
                if (!context.IsAllowed(AclOperation.AlterConfigs, ResourceType.Cluster, AclBinding.ClusterName))
                    return Answer(type, name, ErrorCode.ClusterAuthorizationFailed, ErrorMessages.ClusterAuthorizationFailed);

                int? id = null;
                if (name.Length > 0)
                {
                    if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                        return Answer(type, name, ErrorCode.InvalidRequest, $"Node id must be an integer, but it is: {name}");
                    if (context.Cluster.Find(number) is null)
                        return Answer(type, name, ErrorCode.InvalidRequest,
                            $"Unexpected broker id, expected {context.Broker.Id}, but received {number}");
                    id = number;
                }

                var outcome = context.Cluster.Configs.Alter(id, changes, replaceAll, validateOnly);
                return Answer(type, name, outcome.Error, outcome.Message);
            default:
                return Answer(type, name, ErrorCode.InvalidRequest, $"Unknown resource type {type:D}");
        }
    }

    public static AlterConfigsResourceResponse Answer(ConfigResourceType type, string name, ErrorCode error, string? message) =>
        new() { ErrorCode = error, ErrorMessage = message, ResourceType = type, ResourceName = name };
}
