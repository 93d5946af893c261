using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DeleteTopics 1 to 6, on any broker: by name, and by id from version 6 on.</summary>
internal sealed class DeleteTopicsHandler : ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    public override short MinVersion => 1;

    protected override ValueTask<DeleteTopicsResponse?> HandleAsync(DeleteTopicsRequest request, RequestContext context,
        CancellationToken ct) =>
            new(new DeleteTopicsResponse { Responses = [.. Answers(request, context)] });

    protected override DeleteTopicsResponse Refuse(DeleteTopicsRequest request, RequestContext context, ErrorCode error) =>
        new() { Responses = [.. Asked(request).Select(topic => Refused(topic.Name, topic.TopicId, error))] };

    private static IEnumerable<DeleteTopicState> Asked(DeleteTopicsRequest request) =>
        request.Topics.Concat(request.TopicNames.Select(name => new DeleteTopicState { Name = name }));

    /// <summary>What is asked for twice is not done at all.</summary>
    private static IEnumerable<DeletableTopicResult> Answers(DeleteTopicsRequest request, RequestContext context)
    {
        foreach (var asked in Asked(request).GroupBy(topic => (topic.Name, topic.TopicId)))
        {
            var (name, id) = asked.Key;
            if (name is null && id == Guid.Empty)
                yield return Refused(name, id, ErrorCode.InvalidRequest, "Neither topic name nor id were specified.");
            else if (name is not null && id != Guid.Empty)
                yield return Refused(name, id, ErrorCode.InvalidRequest, "You may not specify both topic name and topic id.");
            else if (asked.Count() > 1)
                yield return Refused(name, id, ErrorCode.InvalidRequest, name is null ? "Duplicate topic id." : "Duplicate topic name.");
            else yield return Delete(name, id, context);
        }
    }

    private static DeletableTopicResult Delete(string? name, Guid id, RequestContext context)
    {
        var topic = name is null ? context.Cluster.Topics.Find(id) : context.Cluster.Topics.Find(name);
        if ((topic?.Name ?? name) is { } known && !MayDelete(known, context)) return Refused(name, id, ErrorCode.TopicAuthorizationFailed);
        if (topic is null) return Unknown(name, id);

        return context.Cluster.Topics.Delete(topic)
            ? new DeletableTopicResult { Name = topic.Name, TopicId = topic.Id }
            : Unknown(name, id);
    }

    private static bool MayDelete(string topic, RequestContext context) =>
        context.IsAllowed(AclOperation.Delete, ResourceType.Cluster, AclBinding.ClusterName)
            || context.IsAllowed(AclOperation.Delete, ResourceType.Topic, topic);

    private static DeletableTopicResult Unknown(string? name, Guid id) => name is null
        ? Refused(name, id, ErrorCode.UnknownTopicId, "This server does not host this topic ID.")
        : Refused(name, id, ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");

    private static DeletableTopicResult Refused(string? name, Guid id, ErrorCode error, string? message = null) =>
        new() { Name = name, TopicId = id, ErrorCode = error, ErrorMessage = message };
}
