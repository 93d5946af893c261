using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <summary>
/// Asks brokers what this client's own principal may do (KIP-430). Nothing is created by asking, neither topics nor groups nor those that
/// brokers keep them in.
/// </summary>
/// <param name="client">Whose principal, and whose connections.</param>
public sealed class RightsClient(KafkaClient client)
{
    /// <summary>The rights on the cluster.</summary>
    public ValueTask<AclRights> ClusterAsync(CancellationToken ct) => AskAsync(
        async () => AclRights.Of((await client.CallAnyAsync(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true },
            ct)).ClusterAuthorizedOperations),
        () => AskAsync(
            async () => AclRights.Of((await client.CallAnyAsync(new MetadataRequest
            {
                Topics = [],
                IncludeClusterAuthorizedOperations = true
            }, ct)).ClusterAuthorizedOperations), Unknown));

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
        return await AskAsync<IReadOnlyDictionary<string, AclRights>>(
            async () => (names.Count == 0 ? [] : (await client.CallAnyAsync(request, ct)).Topics)
                .Where(t => t.Name is not null).ToDictionary(
                    t => t.Name!,
                    t => t.ErrorCode == ErrorCode.TopicAuthorizationFailed ? AclRights.None : AclRights.Of(t.TopicAuthorizedOperations)),
            () => new(names.ToDictionary(n => n, _ => AclRights.Unknown)));
    }

    /// <summary>The rights on a group. Its coordinator tells all, the others only whether it may be described.</summary>
    public ValueTask<AclRights> GroupAsync(string groupId, CancellationToken ct) => AskAsync(async () =>
    {
        var answers = await Settling.AllAsync((await BrokersAsync(ct)).Select(async broker =>
            (await client.CallNodeAsync(broker, new DescribeGroupsRequest { Groups = [groupId], IncludeAuthorizedOperations = true },
                ct)).Groups[0]));
        return answers.Any(answer => answer.ErrorCode == ErrorCode.GroupAuthorizationFailed) ? AclRights.None
            : answers.FirstOrDefault(answer => answer.ErrorCode == ErrorCode.None) is { } told
                ? AclRights.Of(told.AuthorizedOperations).With(AclOperation.Describe, allowed: true)
            : AclRights.Unknown.With(AclOperation.Describe, allowed: true);
    }, Unknown);

    /// <summary>
    /// The rights on a transactional id. No broker tells more than whether it may be described (from 3.0 on); who may write may describe.
    /// </summary>
    public ValueTask<AclRights> TransactionalIdAsync(string transactionalId, CancellationToken ct) => AskAsync(async () =>
    {
        var answer = await client.CallAnyAsync(new DescribeTransactionsRequest { TransactionalIds = [transactionalId] }, ct);
        return answer.TransactionStates is [{ ErrorCode: ErrorCode.TransactionalIdAuthorizationFailed }]
            ? AclRights.None
            : AclRights.Unknown.With(AclOperation.Describe, allowed: true);
    }, Unknown);

    private async ValueTask<IReadOnlyList<int>> BrokersAsync(CancellationToken ct) =>
        [.. (await client.CallAnyAsync(new MetadataRequest { Topics = [] }, ct)).Brokers.Select(broker => broker.NodeId)];

    private static ValueTask<AclRights> Unknown() => new(AclRights.Unknown);

    /// <summary>
    /// The answer to <paramref name="ask"/>, or to <paramref name="otherwise"/> where the brokers are too old for the first.
    /// </summary>
    private static async ValueTask<T> AskAsync<T>(Func<ValueTask<T>> ask, Func<ValueTask<T>> otherwise)
    {
        try
        {
            return await ask();
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return await otherwise();
        }
    }
}
