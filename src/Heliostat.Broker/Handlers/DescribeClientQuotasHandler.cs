using Heliostat.Broker.Security;
using Heliostat.Broker.Storage;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeClientQuotas 0 to 1 (KIP-546).</summary>
internal sealed class DescribeClientQuotasHandler : ApiHandler<DescribeClientQuotasRequest, DescribeClientQuotasResponse>
{
    private const sbyte Exact = 0;
    private const sbyte Default = 1;

    protected override ValueTask<DescribeClientQuotasResponse?> HandleAsync(
        DescribeClientQuotasRequest request, RequestContext context, CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.DescribeConfigs, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        if (request.Components.Find(component => component.EntityType is not (QuotaEntity.User or QuotaEntity.ClientId or QuotaEntity.Ip))
            is { } unknown)
            return new(Refused(ErrorCode.UnsupportedVersion, $"Unsupported entity type {unknown.EntityType}"));
        if (request.Components.CountBy(component => component.EntityType).FirstOrDefault(count => count.Value > 1) is { Value: > 1 } twice)
            return new(Refused(ErrorCode.InvalidRequest, $"Entity type {twice.Key} cannot appear more than once in the filter."));

        return new(new DescribeClientQuotasResponse
        {
            Entries =
            [
                .. context.Cluster.Quotas.All.Where(quota => Matches(quota.Key, request)).Select(quota => new DescribeClientQuotasEntryData
                {
                    Entity = [.. quota.Key.Parts.Select(part => new EntityData { EntityType = part.Type, EntityName = part.Name })],
                    Values = [.. quota.Value.Select(value => new ValueData { Key = value.Key, Value = value.Value })],
                }),
            ],
        });
    }

    protected override DescribeClientQuotasResponse Refuse(DescribeClientQuotasRequest request, RequestContext context, ErrorCode error) =>
        Refused(error, error.Name());

    private static DescribeClientQuotasResponse Refused(ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message, Entries = null };

    private static bool Matches(QuotaEntity entity, DescribeClientQuotasRequest request)
    {
        if (request.Strict && entity.Parts.Count != request.Components.Count) return false;

        return request.Components.All(component => entity.Parts.Any(part => part.Type == component.EntityType && component.MatchType switch
        {
            Exact => part.Name is not null && part.Name == component.Match,
            Default => part.Name is null,
            _ => true,
        }));
    }
}
