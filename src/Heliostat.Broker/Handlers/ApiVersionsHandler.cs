using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>ApiVersions 0 to 4: exactly what <see cref="HandlerTable"/> serves.</summary>
internal sealed class ApiVersionsHandler : ApiHandler<ApiVersionsRequest, ApiVersionsResponse>
{
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
        new(Answer(ErrorCode.None));

    protected override ApiVersionsResponse Refuse(ApiVersionsRequest request, RequestContext context, ErrorCode error) => Answer(error);
}
