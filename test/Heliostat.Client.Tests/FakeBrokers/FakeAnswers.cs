using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>What a broker usually answers.</summary>
internal sealed class FakeAnswers(FakeKafka kafka, FakeNode node)
{
    private readonly FakeFetch _fetch = new(kafka, node);

    public void ForgetSessions() => _fetch.ForgetSessions();

    public async Task<IBody> UsualAsync(FakeRequest request, CancellationToken dropped) => request.Body switch
    {
        ApiVersionsRequest => Versions(request.Version),
        MetadataRequest metadata => kafka.Locked(() => Metadata(metadata, request.Version)),
        FetchRequest fetch => await _fetch.AnswerAsync(fetch, request.Version, dropped),
        ListOffsetsRequest list => kafka.Locked(() => ListOffsets(list, request.Version)),
        OffsetForLeaderEpochRequest epochs => kafka.Locked(() => Epochs(epochs)),
        FindCoordinatorRequest find => kafka.Locked(() => Coordinator(find, request.Version)),
        HeartbeatRequest =>
            new HeartbeatResponse { ErrorCode = kafka.CoordinatorId == node.Id ? ErrorCode.None : ErrorCode.NotCoordinator },
        DeleteTopicsRequest => new DeleteTopicsResponse
        {
            Responses = [new() { Name = "t", ErrorCode = kafka.ControllerId == node.Id ? ErrorCode.None : ErrorCode.NotController }],
        },
        _ => throw new IOException("no usual answer"),
    };

    private ApiVersionsResponse Versions(short version)
    {
        var response = new ApiVersionsResponse();
        foreach (var api in Api.All.Where(api => !kafka.Missing.ContainsKey(api.Key)))
        {
            response.ApiKeys.Add(new()
            {
                ApiKey = (short)api.Key,
                MinVersion = api.MinVersion,
                MaxVersion = kafka.Newest.GetValueOrDefault(api.Key, api.MaxVersion)
            });
        }

        if (version > kafka.Newest.GetValueOrDefault(ApiKey.ApiVersions, Api.ApiVersions.MaxVersion))
        {
            response.ErrorCode = ErrorCode.UnsupportedVersion;
        }

        return response;
    }

    private MetadataResponse Metadata(MetadataRequest request, short version)
    {
        var all = request.Topics is null || (version == 0 && request.Topics.Count == 0);
        return new MetadataResponse
        {
            ClusterId = "fake",
            ControllerId = kafka.ControllerId,
            Brokers = [.. kafka.Nodes.Select(n => new MetadataResponseBroker
            {
                NodeId = n.Id,
                Host = n.Endpoint.Host,
                Port = n.Endpoint.Port,
                Rack = n.Rack
            })],
            Topics = [.. all ? kafka.Topics.Values.Select(Topic) : request.Topics!.Select(asked =>
                kafka.Topics.TryGetValue(asked.Name!, out var topic) ? Topic(topic)
                : new MetadataResponseTopic { Name = asked.Name, ErrorCode = ErrorCode.UnknownTopicOrPartition })],
        };
    }

    private static MetadataResponseTopic Topic(FakeTopic topic) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        Partitions = [.. topic.Partitions.Select((partition, i) => new MetadataResponsePartition
        {
            PartitionIndex = i,
            LeaderId = partition.Leader,
            LeaderEpoch = partition.LeaderEpoch,
            ErrorCode = partition.Leader < 0 ? ErrorCode.LeaderNotAvailable : ErrorCode.None,
            ReplicaNodes = [partition.Leader],
            IsrNodes = [partition.Leader],
        })],
    };

    private ListOffsetsResponse ListOffsets(ListOffsetsRequest request, short version) => new()
    {
        Topics = [.. request.Topics.Select(topic => new ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(asked =>
            {
                var partition = Find(topic.Name, asked.PartitionIndex);
                var offset = partition is null ? -1 : asked.Timestamp == -2 ? partition.LogStart : partition.End;
                return new ListOffsetsPartitionResponse
                {
                    PartitionIndex = asked.PartitionIndex,
                    ErrorCode = Refusal(partition),
                    Offset = version == 0 ? -1 : offset,
                    OldStyleOffsets = version == 0 ? [offset] : [],
                };
            })],
        })],
    };

    private OffsetForLeaderEpochResponse Epochs(OffsetForLeaderEpochRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new OffsetForLeaderTopicResult
        {
            Topic = topic.Topic,
            Partitions = [.. topic.Partitions.Select(asked =>
            {
                var partition = Find(topic.Topic, asked.Partition);
                var (epoch, end) = partition?.EndOf(asked.LeaderEpoch) ?? (-1, -1);
                return new EpochEndOffset
                {
                    Partition = asked.Partition,
                    ErrorCode = Refusal(partition),
                    LeaderEpoch = epoch,
                    EndOffset = end
                };
            })],
        })],
    };

    private FindCoordinatorResponse Coordinator(FindCoordinatorRequest request, short version)
    {
        var coordinator = kafka.Node(kafka.CoordinatorId);
        return version >= 4
            ? new()
            {
                Coordinators = [.. request.CoordinatorKeys.Select(key => new Coordinator
                {
                    Key = key, NodeId = coordinator.Id, Host = coordinator.Endpoint.Host, Port = coordinator.Endpoint.Port,
                })],
            }
            : new() { NodeId = coordinator.Id, Host = coordinator.Endpoint.Host, Port = coordinator.Endpoint.Port };
    }

    private FakePartition? Find(string topic, int partition) =>
        kafka.Topics.TryGetValue(topic, out var found) && partition < found.Partitions.Count ? found.Partitions[partition] : null;

    private ErrorCode Refusal(FakePartition? partition) =>
        partition is null ? ErrorCode.UnknownTopicOrPartition
            : partition.Leader == node.Id ? ErrorCode.None
            : ErrorCode.NotLeaderOrFollower;
}
