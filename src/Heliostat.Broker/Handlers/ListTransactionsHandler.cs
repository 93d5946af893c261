using System.Text.RegularExpressions;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// ListTransactions 0 to 2: the transactional ids that this broker coordinates, by state, producer, age and name (KIP-664, KIP-1152).
/// </summary>
internal sealed class ListTransactionsHandler : ApiHandler<ListTransactionsRequest, ListTransactionsResponse>
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(200);

    private static readonly HashSet<string> KnownStates =
        ["Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "Dead", "PrepareEpochFence"];

    protected override ValueTask<ListTransactionsResponse?> HandleAsync(ListTransactionsRequest request, RequestContext context,
        CancellationToken ct)
    {
        Regex? pattern = null;
        try
        {
            if (request.TransactionalIdPattern is { Length: > 0 } text)
                pattern = new Regex($"^(?:{text})$", RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (ArgumentException)
        {
            return new(Refuse(request, context, ErrorCode.InvalidRegularExpression));
        }

        var response = new ListTransactionsResponse
        {
            UnknownStateFilters = [.. request.StateFilters.Where(state => !KnownStates.Contains(state))]
        };
        foreach (var transaction in context.Cluster.Transactions.All)
        {
            var described = transaction.Describe();
            if (context.Cluster.Coordinator(described.TransactionalId) != context.Broker) continue;
            if (!context.IsAllowed(AclOperation.Describe, ResourceType.TransactionalId, described.TransactionalId)) continue;
            if (request.StateFilters.Count > 0 && !request.StateFilters.Contains(described.TransactionState)) continue;
            if (request.ProducerIdFilters.Count > 0 && !request.ProducerIdFilters.Contains(described.ProducerId)) continue;
            if (request.DurationFilter >= 0 && !IsOlder(described, request.DurationFilter, context.NowMs)) continue;
            if (pattern is not null && !pattern.IsMatch(described.TransactionalId)) continue;

            response.TransactionStates.Add(new ListTransactionsTransactionState
            {
                TransactionalId = described.TransactionalId,
                ProducerId = described.ProducerId,
                TransactionState = described.TransactionState,
            });
        }

        return new(response);
    }

    protected override ListTransactionsResponse Refuse(ListTransactionsRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };

    private static bool IsOlder(DescribeTransactionsTransactionState state, long durationMs, long nowMs) =>
        nowMs - state.TransactionStartTimeMs > durationMs;
}
