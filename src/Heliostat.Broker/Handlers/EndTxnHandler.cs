using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// EndTxn 0 to 5: commits or aborts, with the markers written when the answer leaves. From version 5 on the epoch goes up with it
/// (KIP-890).
/// </summary>
internal sealed class EndTxnHandler : ApiHandler<EndTxnRequest, EndTxnResponse>
{
    private const short FirstWithProducerFenced = 2;
    private const short FirstWithBump = 5;

    protected override ValueTask<EndTxnResponse?> HandleAsync(EndTxnRequest request, RequestContext context, CancellationToken ct)
    {
        var error = context.CheckTransactionalId(request.TransactionalId);
        if (error != ErrorCode.None) return new(Refuse(request, context, error));

        var ended = context.Cluster.Transactions.Find(request.TransactionalId)
            ?.EndByClient(request.ProducerId, request.ProducerEpoch, request.Committed, bump: context.Version >= FirstWithBump);
        if (ended is { ErrorCode: ErrorCode.None }) return new(ended);
        return new(Refuse(request, context, ended?.ErrorCode ?? ErrorCode.InvalidProducerIdMapping));
    }

    protected override EndTxnResponse Refuse(EndTxnRequest request, RequestContext context, ErrorCode error) => new()
    {
        ErrorCode = error == ErrorCode.ProducerFenced && context.Version < FirstWithProducerFenced ? ErrorCode.InvalidProducerEpoch : error,
    };
}
