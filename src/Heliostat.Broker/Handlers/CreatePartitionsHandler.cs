using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>CreatePartitions 0 to 3: topics may only grow.</summary>
internal sealed class CreatePartitionsHandler : ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse>
{
    protected override ValueTask<CreatePartitionsResponse?> HandleAsync(CreatePartitionsRequest request, RequestContext context,
        CancellationToken ct)
    {
        var response = new CreatePartitionsResponse();
        foreach (var topic in request.Topics.DistinctBy(topic => topic.Name))
        {
            var (error, message) = request.Topics.Count(other => other.Name == topic.Name) > 1
                ? (ErrorCode.InvalidRequest, "Duplicate topic name.")
                : Grow(topic, request.ValidateOnly, context);
            response.Results.Add(new CreatePartitionsTopicResult { Name = topic.Name, ErrorCode = error, ErrorMessage = message });
        }

        return new(response);
    }

    protected override CreatePartitionsResponse Refuse(CreatePartitionsRequest request, RequestContext context, ErrorCode error) =>
        new() { Results = [.. request.Topics.Select(topic => new CreatePartitionsTopicResult { Name = topic.Name, ErrorCode = error })] };

    private static (ErrorCode Error, string? Message) Grow(CreatePartitionsTopic asked, bool validateOnly, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Alter, ResourceType.Topic, asked.Name)) return (ErrorCode.TopicAuthorizationFailed, null);
        if (context.Cluster.Topics.Find(asked.Name) is not { } topic) return (ErrorCode.UnknownTopicOrPartition, null);

        List<IReadOnlyList<int>>? assignments = asked.Assignments is null
            ? null
            : [.. asked.Assignments.Select(assignment => assignment.BrokerIds)];
        var outcome = context.Cluster.Topics.Grow(topic, asked.Count, assignments, validateOnly);
        return (outcome.Error, outcome.Message);
    }
}
