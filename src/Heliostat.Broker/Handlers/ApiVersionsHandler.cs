using System.Text.RegularExpressions;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>ApiVersions 0 to 4: exactly what <see cref="HandlerTable"/> serves, and which way of transactions runs (KIP-890).</summary>
internal sealed partial class ApiVersionsHandler : ApiHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private const string TransactionFeature = "transaction.version";
    private const short NewestTransactionVersion = 2;
    private const short FirstWithSoftware = 3;

    /// <summary>What a client is told whose version of this API is not served: the versions of this API alone (KIP-511).</summary>
    public static ApiVersionsResponse UnsupportedVersion(IReadOnlyDictionary<ApiKey, short>? newest)
    {
        var answer = Answer(ErrorCode.UnsupportedVersion, newest);
        answer.ApiKeys.RemoveAll(api => api.ApiKey != (short)ApiKey.ApiVersions);
        return answer;
    }

    /// <summary>librdkafka uses no compression codec unless version 0 of Produce is there to be seen (KAFKA-18659).</summary>
    private static ApiVersionsResponse Answer(ErrorCode error, IReadOnlyDictionary<ApiKey, short>? newest) => new()
    {
        ErrorCode = error,
        ApiKeys =
        [
            .. from handler in HandlerTable.All
               orderby handler.Api.Key
               let served = HandlerTable.Versions(handler, newest)
               where served.First <= served.Last
               select new ApiVersion { ApiKey = (short)handler.Api.Key, MinVersion = served.First, MaxVersion = served.Last },
        ],
    };

    protected override ValueTask<ApiVersionsResponse?> HandleAsync(ApiVersionsRequest request, RequestContext context,
        CancellationToken ct) =>
            new(context.Version >= FirstWithSoftware
                && !(SoftwareName().IsMatch(request.ClientSoftwareName) && SoftwareName().IsMatch(request.ClientSoftwareVersion))
                ? Refuse(request, context, ErrorCode.InvalidRequest)
                : WithFeatures(Answer(ErrorCode.None, context.Cluster.Options.NewestVersions), context.Cluster.Options.TransactionVersion));

    protected override ApiVersionsResponse Refuse(ApiVersionsRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };

    private static ApiVersionsResponse WithFeatures(ApiVersionsResponse answer, short transactionVersion)
    {
        answer.SupportedFeatures = [new SupportedFeatureKey
        {
            Name = TransactionFeature,
            MinVersion = 0,
            MaxVersion = NewestTransactionVersion
        }];
        answer.FinalizedFeatures =
        [
            new FinalizedFeatureKey
            {
                Name = TransactionFeature,
                MinVersionLevel = transactionVersion,
                MaxVersionLevel = transactionVersion
            },
        ];
        answer.FinalizedFeaturesEpoch = 1;
        return answer;
    }

    /// <summary>ApiVersionsRequest.isValid.</summary>
    [GeneratedRegex("^[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?$")]
    private static partial Regex SoftwareName();
}
