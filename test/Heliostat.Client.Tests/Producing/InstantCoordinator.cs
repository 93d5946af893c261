using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Tests.Producing;

/// <summary>A coordinator that says yes to everything.</summary>
internal sealed class InstantCoordinator : ITransactionCoordinator
{
    public ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct) where TResponse : IBody, new()
    {
        IBody answer = request switch
        {
            InitProducerIdRequest => new InitProducerIdResponse { ProducerId = 1, ProducerEpoch = 0 },
            AddPartitionsToTxnRequest add => new AddPartitionsToTxnResponse
            {
                ResultsByTopicV3AndBelow = [.. add.V3AndBelowTopics.Select(topic => new AddPartitionsToTxnTopicResult
                {
                    Name = topic.Name,
                    ResultsByPartition =
                        [.. topic.Partitions.Select(partition => new AddPartitionsToTxnPartitionResult { PartitionIndex = partition })],
                })],
            },
            _ => new EndTxnResponse(),
        };
        return new((TResponse)answer);
    }

    public void Forget()
    {
    }
}
