using System.Globalization;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Security;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeConfigs 1 to 4: topics, brokers, and what was set for all brokers (the empty name).</summary>
internal sealed class DescribeConfigsHandler : ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<DescribeConfigsResponse?> HandleAsync(DescribeConfigsRequest request, RequestContext context,
        CancellationToken ct) =>
            new(new DescribeConfigsResponse { Results = [.. request.Resources.Select(resource => Describe(resource, request, context))] });

    protected override DescribeConfigsResponse Refuse(DescribeConfigsRequest request, RequestContext context, ErrorCode error) =>
        new() { Results = [.. request.Resources.Select(resource => Refused(resource, error, error.Name()))] };

    private static DescribeConfigsResult Describe(DescribeConfigsResource resource, DescribeConfigsRequest request, RequestContext context)
    {
        switch (resource.ResourceType)
        {
            case ConfigResourceType.Topic:
                if (!context.IsAllowed(AclOperation.DescribeConfigs, ResourceType.Topic, resource.ResourceName))
                    return Refused(resource, ErrorCode.TopicAuthorizationFailed, ErrorMessages.TopicAuthorizationFailed);
                if (TopicNames.Check(resource.ResourceName) is { } problem)
                    return Refused(resource, ErrorCode.InvalidTopicException, problem);
                return context.Cluster.Topics.Find(resource.ResourceName) is { } topic
                    ? Answer(resource, request, context.Cluster.Configs.Describe(topic))
                    : Refused(resource, ErrorCode.UnknownTopicOrPartition, "");
            case ConfigResourceType.Broker:
                if (!context.IsAllowed(AclOperation.DescribeConfigs, ResourceType.Cluster, AclBinding.ClusterName))
                    return Refused(resource, ErrorCode.ClusterAuthorizationFailed, ErrorMessages.ClusterAuthorizationFailed);
                if (resource.ResourceName.Length == 0) return Answer(resource, request, context.Cluster.Configs.Describe(broker: null));
                if (!int.TryParse(resource.ResourceName, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
                    return Refused(resource, ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {resource.ResourceName}");
                return context.Cluster.Find(id) is { } broker
                    ? Answer(resource, request, context.Cluster.Configs.Describe(broker))
                    : Refused(resource, ErrorCode.InvalidRequest,
                        $"Unexpected broker id, expected {context.Broker.Id} or empty string, but received {id}");
            case ConfigResourceType.BrokerLogger or ConfigResourceType.ClientMetrics or ConfigResourceType.Group:
                return Answer(resource, request, []);
            default:
                return Refused(resource, ErrorCode.InvalidRequest, ErrorMessages.InvalidRequest);
        }
    }

    private static DescribeConfigsResult Answer(DescribeConfigsResource resource, DescribeConfigsRequest request,
        IEnumerable<ConfigValue> configs) => new()
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            Configs =
            [
                .. configs.Where(config => resource.ConfigurationKeys is not { Count: > 0 }
                    || resource.ConfigurationKeys.Contains(config.Key.Name))
                    .Select(config => new DescribeConfigsResourceResult
                    {
                        Name = config.Key.Name,
                        Value = config.Value,
                        ReadOnly = config.IsReadOnly,
                        IsDefault = config.Source is not ConfigSource.DynamicTopic,
                        ConfigSource = (sbyte)config.Source,
                        ConfigType = (sbyte)config.Key.Type,
                        Documentation = null,
                        Synonyms = !request.IncludeSynonyms
                            ? []
                            : [.. config.Synonyms.Select(synonym => new DescribeConfigsSynonym
                            {
                                Name = synonym.Name,
                                Value = synonym.Value,
                                Source = (sbyte)synonym.Source
                            })],
                    }),
            ],
        };

    private static DescribeConfigsResult Refused(DescribeConfigsResource resource, ErrorCode error, string? message) =>
        new() { ErrorCode = error, ErrorMessage = message, ResourceType = resource.ResourceType, ResourceName = resource.ResourceName };
}
