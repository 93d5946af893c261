using System.Globalization;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeConfigs 1 to 4: topics, brokers, and what was set for all brokers (the empty name).</summary>
internal sealed class DescribeConfigsHandler : ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<DescribeConfigsResponse?> HandleAsync(DescribeConfigsRequest request, RequestContext context, CancellationToken ct) =>
        new(new DescribeConfigsResponse { Results = [.. request.Resources.Select(resource => Describe(resource, request, context))] });

    protected override DescribeConfigsResponse Refuse(DescribeConfigsRequest request, RequestContext context, ErrorCode error) =>
        new() { Results = [.. request.Resources.Select(resource => Refused(resource, error, error.Name()))] };

    private static DescribeConfigsResult Describe(DescribeConfigsResource resource, DescribeConfigsRequest request, RequestContext context)
    {
        switch ((ConfigResourceType)resource.ResourceType)
        {
            case ConfigResourceType.Topic:
                if (!context.IsAllowed(AclOperation.DescribeConfigs, ResourceType.Topic, resource.ResourceName))
                    return Refused(resource, ErrorCode.TopicAuthorizationFailed, null);
                return context.Cluster.Topics.Find(resource.ResourceName) is { } topic
                    ? Answer(resource, request, context.Cluster.Configs.Describe(topic))
                    : Refused(resource, ErrorCode.UnknownTopicOrPartition, null);
            case ConfigResourceType.Broker:
                if (!context.IsAllowed(AclOperation.DescribeConfigs, ResourceType.Cluster, AclBinding.ClusterName))
                    return Refused(resource, ErrorCode.ClusterAuthorizationFailed, null);
                if (resource.ResourceName.Length == 0) return Answer(resource, request, context.Cluster.Configs.Describe(broker: null));
                return int.TryParse(resource.ResourceName, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && context.Cluster.Find(id) is { } broker
                    ? Answer(resource, request, context.Cluster.Configs.Describe(broker))
                    : Refused(resource, ErrorCode.InvalidRequest, $"Unexpected broker id, expected one of the cluster's, but received {resource.ResourceName}");
            case ConfigResourceType.BrokerLogger or ConfigResourceType.ClientMetrics or ConfigResourceType.Group:
                return Answer(resource, request, []);
            default:
                return Refused(resource, ErrorCode.InvalidRequest, $"Unsupported resource type: {resource.ResourceType}");
        }
    }

    private static DescribeConfigsResult Answer(DescribeConfigsResource resource, DescribeConfigsRequest request, IEnumerable<ConfigValue> configs) => new()
    {
        ErrorMessage = null,
        ResourceType = resource.ResourceType,
        ResourceName = resource.ResourceName,
        Configs =
        [
            .. configs.Where(config => resource.ConfigurationKeys is null || resource.ConfigurationKeys.Contains(config.Key.Name))
                .Select(config => new DescribeConfigsResourceResult
                {
                    Name = config.Key.Name,
                    Value = config.Value,
                    ReadOnly = config.IsReadOnly,
                    ConfigSource = (sbyte)config.Source,
                    ConfigType = (sbyte)config.Key.Type,
                    Documentation = null,
                    Synonyms = !request.IncludeSynonyms
                        ? []
                        : [.. config.Synonyms.Select(synonym => new DescribeConfigsSynonym { Name = synonym.Name, Value = synonym.Value, Source = (sbyte)synonym.Source })],
                }),
        ],
    };

    private static DescribeConfigsResult Refused(DescribeConfigsResource resource, ErrorCode error, string? message) =>
        new() { ErrorCode = error, ErrorMessage = message, ResourceType = resource.ResourceType, ResourceName = resource.ResourceName };
}
