using System.Globalization;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>What AlterConfigs and IncrementalAlterConfigs have in common: finding the resource and changing it.</summary>
internal static class ConfigChanges
{
    public static AlterConfigsResourceResponse Alter(
        sbyte type, string name, List<ConfigChange> changes, bool replaceAll, bool validateOnly, RequestContext context)
    {
        if (changes.CountBy(change => change.Name).Any(count => count.Value > 1))
            return Answer(type, name, ErrorCode.InvalidRequest, "Error due to duplicate config keys");

        switch ((ConfigResourceType)type)
        {
            case ConfigResourceType.Topic:
                if (!context.IsAllowed(AclOperation.AlterConfigs, ResourceType.Topic, name)) return Answer(type, name, ErrorCode.TopicAuthorizationFailed, null);
                if (context.Cluster.Topics.Find(name) is not { } topic) return Answer(type, name, ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist.");

                var altered = context.Cluster.Configs.Alter(topic, changes, replaceAll, validateOnly);
                return Answer(type, name, altered.Error, altered.Message);
            case ConfigResourceType.Broker:
                if (!context.IsAllowed(AclOperation.AlterConfigs, ResourceType.Cluster, AclBinding.ClusterName))
                    return Answer(type, name, ErrorCode.ClusterAuthorizationFailed, null);

                int? id = null;
                if (name.Length > 0)
                {
                    if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || context.Cluster.Find(number) is null)
                        return Answer(type, name, ErrorCode.InvalidRequest, $"No such broker: {name}");
                    id = number;
                }

                var outcome = context.Cluster.Configs.Alter(id, changes, replaceAll, validateOnly);
                return Answer(type, name, outcome.Error, outcome.Message);
            default:
                return Answer(type, name, ErrorCode.InvalidRequest, $"Unsupported resource type: {type}");
        }
    }

    public static AlterConfigsResourceResponse Answer(sbyte type, string name, ErrorCode error, string? message) =>
        new() { ErrorCode = error, ErrorMessage = message, ResourceType = type, ResourceName = name };
}
