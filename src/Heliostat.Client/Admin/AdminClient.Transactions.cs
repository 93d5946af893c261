using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>Transactional ids: each is known to its coordinator only.</remarks>
public sealed partial class AdminClient
{
    /// <summary>What fencing asks for; nothing is written under it.</summary>
    private const int FencingTransactionMs = 60_000;

    /// <summary>
    /// The transactional ids of all brokers that this client may describe (KIP-664, brokers from 3.0 on).
    /// <see cref="ListTransactionsResponse.ErrorCode"/> is the first broker's error, if any (NETWORK_EXCEPTION for one that does not
    /// answer); the ids of the others are there all the same.
    /// </summary>
    /// <exception cref="KafkaErrorException">UNSUPPORTED_VERSION: a broker is older.</exception>
    public ValueTask<ListTransactionsResponse> ListTransactionsAsync(CancellationToken ct) => ListTransactionsAsync([], ct);

    /// <summary>As above, of these producers only; none for all.</summary>
    public async ValueTask<ListTransactionsResponse> ListTransactionsAsync(IReadOnlyCollection<long> producerIds, CancellationToken ct)
    {
        var answers = (await AskEveryBrokerAsync(
            () => new ListTransactionsRequest { ProducerIdFilters = [.. producerIds] },
            () => new ListTransactionsResponse { ErrorCode = ErrorCode.NetworkException }, ct)).Values;
        return new ListTransactionsResponse
        {
            ErrorCode = FirstOf(answers.Select(answer => answer.ErrorCode)),
            TransactionStates = [.. answers.SelectMany(answer => answer.TransactionStates)],
        };
    }

    /// <summary>What the coordinator of a transactional id knows of its transaction (KIP-664, brokers from 3.0 on).</summary>
    /// <exception cref="KafkaErrorException">UNSUPPORTED_VERSION: the broker is older.</exception>
    public async ValueTask<DescribeTransactionsTransactionState> DescribeTransactionAsync(string transactionalId, CancellationToken ct)
    {
        var answer = await client.CallCoordinatorAsync(
            CoordinatorType.Transaction, transactionalId, new DescribeTransactionsRequest { TransactionalIds = [transactionalId] },
            answer => answer.TransactionStates.Count > 0 ? answer.TransactionStates[0].ErrorCode : ErrorCode.UnknownServerError, ct);
        return answer.TransactionStates.Count > 0
            ? answer.TransactionStates[0]
            : new DescribeTransactionsTransactionState { ErrorCode = ErrorCode.UnknownServerError };
    }

    /// <summary>The active producers of partitions, from their leaders (KIP-664, brokers from 2.8 on).</summary>
    /// <exception cref="KafkaErrorException">UNSUPPORTED_VERSION: a broker is older.</exception>
    public ValueTask<Dictionary<TopicPartition, PartitionResponse>> DescribeProducersAsync(IReadOnlyCollection<TopicPartition> partitions,
        CancellationToken ct) =>
            Leaders.AskAsync(
                partitions,
                topics => new DescribeProducersRequest
                {
                    Topics = [.. topics.Select(topic => new DescribeProducersTopicRequest
                    {
                        Name = topic.Key,
                        PartitionIndexes = [.. topic.Select(p => p.Partition)]
                    })],
                },
                (DescribeProducersResponse response) =>
                    response.Topics.SelectMany(t => t.Partitions.Select(p => (new TopicPartition(t.Name, p.PartitionIndex), p))),
                result => result.ErrorCode,
                code => new PartitionResponse { ErrorCode = code },
                ct);

    /// <summary>
    /// Fences who produces under <paramref name="transactionalId"/> (<c>Admin.fenceProducers</c>): its open transaction is aborted, one
    /// that was prepared is ended, and what it sends from then on is refused. Returns the coordinator's error.
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
