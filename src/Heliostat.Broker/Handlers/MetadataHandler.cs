using Heliostat.Broker.Security;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// Metadata 0 to 13. Topics by name or, from version 10 on, by id; a name may be created on the way where the brokers allow it.
/// Topics that the principal may not describe are left out of "all", and refused by name.
/// </summary>
internal sealed class MetadataHandler : ApiHandler<MetadataRequest, MetadataResponse>
{
    private const short FirstWithTopicIds = 12;

    protected override ValueTask<MetadataResponse?> HandleAsync(MetadataRequest request, RequestContext context, CancellationToken ct)
    {
        if (context.Version < FirstWithTopicIds
            && request.Topics?.Exists(topic => topic.TopicId != Guid.Empty || topic.Name is null) == true)
            return new(new MetadataResponse { Topics = [.. request.Topics.Select(topic => Refused(topic, ErrorCode.InvalidRequest))] });

        var response = Brokers(context);
        if (request.IncludeClusterAuthorizedOperations)
            response.ClusterAuthorizedOperations = context.AuthorizedOperations(ResourceType.Cluster, AclBinding.ClusterName);
        var all = request.Topics is null || (context.Version == 0 && request.Topics.Count == 0);
        if (all)
        {
            foreach (var topic in context.Cluster.Topics.All)
            {
                if (context.IsAllowed(AclOperation.Describe, ResourceType.Topic, topic.Name))
                    response.Topics.Add(Describe(topic, request, context));
            }
        }
        else
        {
            var mayCreate = context.Version < 4 || request.AllowAutoTopicCreation;
            response.Topics.AddRange(request.Topics!
                .Select(asked => Find(asked, mayCreate, request, context)).DistinctBy(topic => (topic.Name, topic.TopicId)));
        }

        return new(response);
    }

    protected override MetadataResponse Refuse(MetadataRequest request, RequestContext context, ErrorCode error)
    {
        var response = Brokers(context);
        response.ErrorCode = error;
        response.Topics.AddRange((request.Topics ?? []).Select(topic => Refused(topic, error)));
        return response;
    }

    private static MetadataResponseTopic Refused(MetadataRequestTopic topic, ErrorCode error) =>
        new() { ErrorCode = error, Name = topic.Name ?? "", TopicId = topic.TopicId };

    private static MetadataResponse Brokers(RequestContext context) => new()
    {
        ClusterId = context.Cluster.ClusterId,
        ControllerId = context.Cluster.ControllerId,
        Brokers =
        [
            .. context.Cluster.Brokers.Where(broker => broker.IsRunning).Select(broker => new MetadataResponseBroker
            {
                NodeId = broker.Id,
                Host = broker.Host,
                Port = broker.PortOf(context.Listener),
                Rack = broker.Rack,
            }),
        ],
    };

    private static MetadataResponseTopic Find(MetadataRequestTopic asked, bool mayCreate, MetadataRequest request, RequestContext context)
    {
        var topics = context.Cluster.Topics;
        if (asked.TopicId != Guid.Empty)
        {
            var byId = topics.Find(asked.TopicId);
            if (byId is null)
                return new MetadataResponseTopic { ErrorCode = ErrorCode.UnknownTopicId, Name = null, TopicId = asked.TopicId };
            return context.IsAllowed(AclOperation.Describe, ResourceType.Topic, byId.Name)
                ? Describe(byId, request, context)
                : new MetadataResponseTopic { ErrorCode = ErrorCode.TopicAuthorizationFailed, Name = null, TopicId = asked.TopicId };
        }

        var name = asked.Name ?? "";
        if (!context.IsAllowed(AclOperation.Describe, ResourceType.Topic, name))
            return new MetadataResponseTopic { ErrorCode = ErrorCode.TopicAuthorizationFailed, Name = name };

        var existed = topics.Find(name) is not null;
        var create = mayCreate && context.Cluster.Settings.AutoCreateTopics;
        if (create && !existed && !context.IsAllowed(AclOperation.Create, ResourceType.Topic, name))
            return new MetadataResponseTopic { ErrorCode = ErrorCode.TopicAuthorizationFailed, Name = name };

        var outcome = topics.FindOrCreate(name, create);
        if (existed && outcome.Topic is { } topic) return Describe(topic, request, context);

        // The client asks again and finds it, as with a real broker, which creates it behind the answer.
        var missing = new MetadataResponseTopic
        {
            ErrorCode = outcome.Topic is null ? outcome.Error : ErrorCode.UnknownTopicOrPartition,
            Name = name
        };
        if (request.IncludeTopicAuthorizedOperations)
            missing.TopicAuthorizedOperations = context.AuthorizedOperations(ResourceType.Topic, name);
        return missing;
    }

    private static MetadataResponseTopic Describe(Topic topic, MetadataRequest request, RequestContext context)
    {
        var described = new MetadataResponseTopic { Name = topic.Name, TopicId = topic.Id, IsInternal = topic.IsInternal };
        if (request.IncludeTopicAuthorizedOperations)
            described.TopicAuthorizedOperations = context.AuthorizedOperations(ResourceType.Topic, topic.Name);
        foreach (var partition in topic.Partitions)
        {
            var leadership = partition.Leadership;
            described.Partitions.Add(new MetadataResponsePartition
            {
                ErrorCode = leadership.Leader == Leadership.NoLeader ? ErrorCode.LeaderNotAvailable : ErrorCode.None,
                PartitionIndex = partition.Index,
                LeaderId = leadership.Leader,
                LeaderEpoch = leadership.LeaderEpoch,
                ReplicaNodes = [.. leadership.Replicas],
                IsrNodes = [.. leadership.Isr],
                OfflineReplicas = [.. leadership.Replicas.Where(id => context.Cluster.Find(id)?.IsRunning != true)],
            });
        }

        return described;
    }
}
