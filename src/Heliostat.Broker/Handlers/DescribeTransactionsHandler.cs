using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeTransactions 0: transactional ids that this broker coordinates (KIP-664).</summary>
internal sealed class DescribeTransactionsHandler : ApiHandler<DescribeTransactionsRequest, DescribeTransactionsResponse>
{
    protected override ValueTask<DescribeTransactionsResponse?> HandleAsync(
        DescribeTransactionsRequest request, RequestContext context, CancellationToken ct) =>
        new(new DescribeTransactionsResponse { TransactionStates = [.. request.TransactionalIds.Select(id => Describe(id, context))] });

    protected override DescribeTransactionsResponse Refuse(DescribeTransactionsRequest request, RequestContext context, ErrorCode error) =>
        new() { TransactionStates = [.. request.TransactionalIds.Select(id => Refused(id, error))] };

    private static DescribeTransactionsTransactionState Describe(string id, RequestContext context)
    {
        if (id.Length == 0) return Refused(id, ErrorCode.InvalidRequest);
        if (!context.IsAllowed(AclOperation.Describe, ResourceType.TransactionalId, id))
            return Refused(id, ErrorCode.TransactionalIdAuthorizationFailed);
        if (context.Cluster.Coordinator(id) != context.Broker) return Refused(id, ErrorCode.NotCoordinator);
        return context.Cluster.Transactions.Find(id)?.Describe() ?? Refused(id, ErrorCode.TransactionalIdNotFound);
    }

    private static DescribeTransactionsTransactionState Refused(string id, ErrorCode error) =>
        new() { TransactionalId = id, ErrorCode = error };
}
