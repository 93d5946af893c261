using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>Transactional ids: each is known to its coordinator only.</remarks>
public sealed partial class AdminClient
{
    /// <summary>What fencing asks for; nothing is written under it.</summary>
    private const int FencingTransactionMs = 60_000;

    /// <summary>
    /// The transactional ids of all brokers that this client may describe (KIP-664, brokers from 3.0 on). <see cref="ListTransactionsResponse.ErrorCode"/> is the
    /// first broker's error, if any (NETWORK_EXCEPTION for one that does not answer); the ids of the others are there all the same.
    /// </summary>
    /// <exception cref="KafkaErrorException">UNSUPPORTED_VERSION: a broker is older.</exception>
    public async ValueTask<ListTransactionsResponse> ListTransactionsAsync(CancellationToken ct)
    {
        var answers = (await AskEveryBrokerAsync(
            () => new ListTransactionsRequest(), () => new ListTransactionsResponse { ErrorCode = ErrorCode.NetworkException }, ct)).Values;
        return new ListTransactionsResponse
        {
            ErrorCode = FirstOf(answers.Select(answer => answer.ErrorCode)),
            TransactionStates = [.. answers.SelectMany(answer => answer.TransactionStates)],
        };
    }

    /// <summary>
    /// Fences who produces under <paramref name="transactionalId"/> (<c>Admin.fenceProducers</c>): its open transaction is aborted, one that was prepared is
    /// ended, and what it sends from then on is refused. Returns the coordinator's error.
    /// </summary>
    public async ValueTask<ErrorCode> FenceProducerAsync(string transactionalId, CancellationToken ct)
    {
        var request = new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = FencingTransactionMs };
        return (await client.CallCoordinatorAsync(CoordinatorType.Transaction, transactionalId, request, ErrorOf, ct)).ErrorCode;

        // The transaction is being ended: as with a coordinator that still loads, it is asked again.
        static ErrorCode ErrorOf(InitProducerIdResponse answer) =>
            answer.ErrorCode == ErrorCode.ConcurrentTransactions ? ErrorCode.CoordinatorLoadInProgress : answer.ErrorCode;
    }
}
