using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>ApiVersions 0 to 4: exactly what <see cref="HandlerTable"/> serves, and which way of transactions runs (KIP-890).</summary>
internal sealed class ApiVersionsHandler : ApiHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private const string TransactionFeature = "transaction.version";
    private const short NewestTransactionVersion = 2;

    /// <summary>librdkafka uses no compression codec unless version 0 of Produce is there to be seen (KAFKA-18659).</summary>
    public static ApiVersionsResponse Answer(ErrorCode error) => new()
    {
        ErrorCode = error,
        ApiKeys =
        [
            .. HandlerTable.All.OrderBy(handler => handler.Api.Key).Select(handler => new ApiVersion
            {
                ApiKey = (short)handler.Api.Key,
                MinVersion = handler.MinVersion,
                MaxVersion = handler.MaxVersion,
            }),
        ],
    };

    protected override ValueTask<ApiVersionsResponse?> HandleAsync(ApiVersionsRequest request, RequestContext context, CancellationToken ct) =>
        new(WithFeatures(Answer(ErrorCode.None), context.Cluster.Options.TransactionVersion));

    protected override ApiVersionsResponse Refuse(ApiVersionsRequest request, RequestContext context, ErrorCode error) => Answer(error);

    private static ApiVersionsResponse WithFeatures(ApiVersionsResponse answer, short transactionVersion)
    {
        answer.SupportedFeatures = [new SupportedFeatureKey { Name = TransactionFeature, MinVersion = 0, MaxVersion = NewestTransactionVersion }];
        answer.FinalizedFeatures =
        [
            new FinalizedFeatureKey { Name = TransactionFeature, MinVersionLevel = transactionVersion, MaxVersionLevel = transactionVersion },
        ];
        answer.FinalizedFeaturesEpoch = 1;
        return answer;
    }
}
