using Heliostat.Broker.Security;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>CreateTopics 2 to 7, on any broker. Names are checked as Kafka does, names given twice are refused.</summary>
internal sealed class CreateTopicsHandler : ApiHandler<CreateTopicsRequest, CreateTopicsResponse>
{
    public override short MinVersion => 2;

    protected override ValueTask<CreateTopicsResponse?> HandleAsync(CreateTopicsRequest request, RequestContext context,
        CancellationToken ct)
    {
        var count =
            request.Topics.Sum(topic => (long)(topic.Assignments.Count > 0 ? topic.Assignments.Count : Math.Max(topic.NumPartitions, 1)));
        if (count > TopicRegistry.MaxPartitionsPerRequest)
        {
            return new(new CreateTopicsResponse
            {
                Topics =
                    [.. request.Topics.Select(topic => Refused(topic.Name, ErrorCode.PolicyViolation, TopicRegistry.TooManyPartitions))],
            });
        }

        var response = new CreateTopicsResponse();
        var twice = request.Topics.CountBy(topic => topic.Name).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet();
        foreach (var name in twice) response.Topics.Add(Refused(name, ErrorCode.InvalidRequest, "Duplicate topic name."));
        foreach (var topic in request.Topics)
        {
            if (!twice.Contains(topic.Name)) response.Topics.Add(Create(topic, request.ValidateOnly, context));
        }

        return new(response);
    }

    protected override CreateTopicsResponse Refuse(CreateTopicsRequest request, RequestContext context, ErrorCode error) =>
        new() { Topics = [.. request.Topics.Select(topic => Refused(topic.Name, error, null))] };

    private static CreatableTopicResult Create(CreatableTopic topic, bool validateOnly, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Create, ResourceType.Cluster, AclBinding.ClusterName)
            && !context.IsAllowed(AclOperation.Create, ResourceType.Topic, topic.Name))
        {
            return Refused(topic.Name, ErrorCode.TopicAuthorizationFailed, null);
        }

        List<IReadOnlyList<int>>? assignments = null;
        if (topic.Assignments.Count > 0)
        {
            var ordered = topic.Assignments.OrderBy(assignment => assignment.PartitionIndex).ToList();
            var twice = ordered.CountBy(assignment => assignment.PartitionIndex).FirstOrDefault(count => count.Value > 1);
            if (twice.Value > 1)
                return Refused(topic.Name, ErrorCode.InvalidReplicaAssignment,
                    $"Found multiple manual partition assignments for partition {twice.Key}");
            if (ordered.Where((assignment, index) => assignment.PartitionIndex != index).Any())
                return Refused(topic.Name, ErrorCode.InvalidReplicaAssignment,
                    "partitions should be a consecutive 0-based integer sequence");
            assignments = [.. ordered.Select(assignment => assignment.BrokerIds)];
        }

        var outcome = context.Cluster.Topics.Create(
            new TopicRequest(
                topic.Name,
                topic.NumPartitions,
                topic.ReplicationFactor,
                assignments,
                [.. topic.Configs.GroupBy(config => config.Name).Select(config => KeyValuePair.Create(config.Key, config.Last().Value))]),
            validateOnly);
        return outcome.Topic is null ? Refused(topic.Name, outcome.Error, outcome.Message) : Describe(outcome.Topic, context);
    }

    private static CreatableTopicResult Describe(Topic topic, RequestContext context) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        ErrorMessage = null,
        NumPartitions = topic.Partitions.Length,
        ReplicationFactor = (short)topic.Partitions[0].Leadership.Replicas.Count,
        Configs =
        [
            .. context.Cluster.Configs.Describe(topic).Select(config => new CreatableTopicConfigs
            {
                Name = config.Key.Name,
                Value = config.Value,
                ConfigSource = (sbyte)config.Source,
            }),
        ],
    };

    private static CreatableTopicResult Refused(string name, ErrorCode error, string? message) =>
        new() { Name = name, ErrorCode = error, ErrorMessage = message };
}
