using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DeleteTopics 1 to 6, on any broker: by name, and by id from version 6 on.</summary>
internal sealed class DeleteTopicsHandler : ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<DeleteTopicsResponse?> HandleAsync(DeleteTopicsRequest request, RequestContext context, CancellationToken ct) =>
        new(new DeleteTopicsResponse { Responses = [.. Asked(request).Select(topic => Delete(topic.Name, topic.TopicId, context))] });

    protected override DeleteTopicsResponse Refuse(DeleteTopicsRequest request, RequestContext context, ErrorCode error) =>
        new() { Responses = [.. Asked(request).Select(topic => Refused(topic.Name, topic.TopicId, error))] };

    private static IEnumerable<DeleteTopicState> Asked(DeleteTopicsRequest request) =>
        request.Topics.Concat(request.TopicNames.Select(name => new DeleteTopicState { Name = name }));

    private static DeletableTopicResult Delete(string? name, Guid id, RequestContext context)
    {
        var topic = name is null ? context.Cluster.Topics.Find(id) : context.Cluster.Topics.Find(name);
        if (topic is null) return Refused(name, id, name is null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition);
        if (!context.IsAllowed(AclOperation.Delete, ResourceType.Topic, topic.Name)) return Refused(name, id, ErrorCode.TopicAuthorizationFailed);

        return context.Cluster.Topics.Delete(topic)
            ? new DeletableTopicResult { Name = topic.Name, TopicId = topic.Id }
            : Refused(name, id, ErrorCode.UnknownTopicOrPartition);
    }

    private static DeletableTopicResult Refused(string? name, Guid id, ErrorCode error) => new() { Name = name, TopicId = id, ErrorCode = error };
}
