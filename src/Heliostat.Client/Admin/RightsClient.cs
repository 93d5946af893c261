using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <summary>Asks brokers what this client's own principal may do (KIP-430). Nothing is created by asking, neither topics nor groups nor those that brokers keep them in.</summary>
/// <param name="client">Whose principal, and whose connections.</param>
public sealed class RightsClient(KafkaClient client)
{
    /// <summary>The rights on the cluster.</summary>
    public async ValueTask<AclRights> ClusterAsync(CancellationToken ct)
    {
        try
        {
            return AclRights.Of((await client.CallAnyAsync(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, ct)).ClusterAuthorizedOperations);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return await OldClusterAsync(ct);
        }
    }

    /// <summary>The rights on topics of these names, whether they are there or not.</summary>
    public async ValueTask<IReadOnlyDictionary<string, AclRights>> TopicsAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(names);
        var request = new MetadataRequest
        {
            AllowAutoTopicCreation = false,
            IncludeTopicAuthorizedOperations = true,
            Topics = [.. names.Select(n => new MetadataRequestTopic { Name = n })],
        };
        try
        {
            var answer = names.Count == 0 ? [] : (await client.CallAnyAsync(request, ct)).Topics;
            return answer.Where(t => t.Name is not null).ToDictionary(
                t => t.Name!, t => t.ErrorCode == ErrorCode.TopicAuthorizationFailed ? AclRights.None : AclRights.Of(t.TopicAuthorizedOperations));
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return names.ToDictionary(n => n, _ => AclRights.Unknown);
        }
    }

    /// <summary>The rights on a group. Its coordinator tells all, the others only whether it may be described.</summary>
    public async ValueTask<AclRights> GroupAsync(string groupId, CancellationToken ct)
    {
        try
        {
            var answers = await Settling.AllAsync((await BrokersAsync(ct)).Select(async broker =>
                (await client.CallNodeAsync(broker, new DescribeGroupsRequest { Groups = [groupId], IncludeAuthorizedOperations = true }, ct)).Groups[0]));
            return answers.Any(answer => answer.ErrorCode == ErrorCode.GroupAuthorizationFailed) ? AclRights.None
                : answers.FirstOrDefault(answer => answer.ErrorCode == ErrorCode.None) is { } told ? AclRights.Of(told.AuthorizedOperations).With(AclOperation.Describe, allowed: true)
                : AclRights.Unknown.With(AclOperation.Describe, allowed: true);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return AclRights.Unknown;
        }
    }

    /// <summary>The rights on a transactional id. No broker tells more than whether it may be described (from 3.0 on); who may write may describe.</summary>
    public async ValueTask<AclRights> TransactionalIdAsync(string transactionalId, CancellationToken ct)
    {
        try
        {
            var answer = await client.CallAnyAsync(new DescribeTransactionsRequest { TransactionalIds = [transactionalId] }, ct);
            return answer.TransactionStates is [{ ErrorCode: ErrorCode.TransactionalIdAuthorizationFailed }] ? AclRights.None : AclRights.Unknown.With(AclOperation.Describe, allowed: true);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return AclRights.Unknown;
        }
    }

    private async ValueTask<IReadOnlyList<int>> BrokersAsync(CancellationToken ct) =>
        [.. (await client.CallAnyAsync(new MetadataRequest { Topics = [] }, ct)).Brokers.Select(broker => broker.NodeId)];

    private async ValueTask<AclRights> OldClusterAsync(CancellationToken ct)
    {
        try
        {
            return AclRights.Of((await client.CallAnyAsync(new MetadataRequest { Topics = [], IncludeClusterAuthorizedOperations = true }, ct)).ClusterAuthorizedOperations);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return AclRights.Unknown;
        }
    }
}
