using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <remarks>Groups: each is known to its coordinator only.</remarks>
public sealed partial class AdminClient
{
    /// <summary>
    /// The groups of all brokers, asked side by side. <see cref="ListGroupsResponse.ErrorCode"/> is the first broker's error, if any
    /// (NETWORK_EXCEPTION for one that does not answer); the groups of the others are there all the same.
    /// </summary>
    public async ValueTask<ListGroupsResponse> ListGroupsAsync(CancellationToken ct)
    {
        var answers = (await AskEveryBrokerAsync(() => new ListGroupsRequest(),
            () => new ListGroupsResponse { ErrorCode = ErrorCode.NetworkException }, ct)).Values;
        return new ListGroupsResponse
        {
            ErrorCode = FirstOf(answers.Select(a => a.ErrorCode)),
            Groups = [.. answers.SelectMany(a => a.Groups)],
        };
    }

    /// <summary>Describes classic groups with their members; in the order of the ids.</summary>
    public async ValueTask<IReadOnlyList<DescribeGroupsDescribedGroup>> DescribeGroupsAsync(IReadOnlyCollection<string> groupIds,
        CancellationToken ct) =>
            await Settling.AllAsync(groupIds.Select(async id => (await client.CallCoordinatorAsync(
                CoordinatorType.Group, id, new DescribeGroupsRequest { Groups = [id] }, r => FirstOf(r.Groups.Select(g => g.ErrorCode)),
                ct)).Groups[0]));

    /// <summary>
    /// Describes groups of the consumer protocol (KIP-848); in the order of the ids. A classic group has GROUP_ID_NOT_FOUND.
    /// </summary>
    public async ValueTask<IReadOnlyList<ConsumerGroupDescribeDescribedGroup>> DescribeConsumerGroupsAsync(
        IReadOnlyCollection<string> groupIds, CancellationToken ct) =>
        await Settling.AllAsync(groupIds.Select(async id => (await client.CallCoordinatorAsync(
            CoordinatorType.Group, id, new ConsumerGroupDescribeRequest { GroupIds = [id] },
            r => FirstOf(r.Groups.Select(g => g.ErrorCode)), ct)).Groups[0]));

    /// <summary>Deletes empty groups with their positions; in the order of the ids.</summary>
    public async ValueTask<IReadOnlyList<DeletableGroupResult>> DeleteGroupsAsync(IReadOnlyCollection<string> groupIds,
        CancellationToken ct) =>
            await Settling.AllAsync(groupIds.Select(async id => (await client.CallCoordinatorAsync(
                CoordinatorType.Group, id, new DeleteGroupsRequest { GroupsNames = [id] }, r => FirstOf(r.Results.Select(g => g.ErrorCode)),
                ct)).Results[0]));

    /// <summary>Removes a group's positions for partitions of topics that no member is subscribed to (KIP-496).</summary>
    public ValueTask<OffsetDeleteResponse> DeleteOffsetsAsync(string groupId, IReadOnlyCollection<TopicPartition> partitions,
        CancellationToken ct)
    {
        var request = new OffsetDeleteRequest
        {
            GroupId = groupId,
            Topics =
            [
                .. partitions.GroupBy(p => p.Topic).Select(topic => new OffsetDeleteRequestTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(p => new OffsetDeleteRequestPartition { PartitionIndex = p.Partition })],
                }),
            ],
        };
        return client.CallCoordinatorAsync(CoordinatorType.Group, groupId, request, r => r.ErrorCode, ct);
    }
}
