using Heliostat.Broker.Quotas;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>AlterClientQuotas 0 to 1 (KIP-546). Byte rates throttle; the other keys are kept and shown.</summary>
internal sealed class AlterClientQuotasHandler : ApiHandler<AlterClientQuotasRequest, AlterClientQuotasResponse>
{
    protected override ValueTask<AlterClientQuotasResponse?> HandleAsync(AlterClientQuotasRequest request, RequestContext context, CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.AlterConfigs, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        return new(new AlterClientQuotasResponse { Entries = [.. request.Entries.Select(entry => Alter(entry, request.ValidateOnly, context.Cluster.Quotas))] });
    }

    protected override AlterClientQuotasResponse Refuse(AlterClientQuotasRequest request, RequestContext context, ErrorCode error) => new()
    {
        Entries = [.. request.Entries.Select(entry => new AlterClientQuotasResponseEntryData { Entity = entry.Entity, ErrorCode = error, ErrorMessage = error.Name() })],
    };

    private static AlterClientQuotasResponseEntryData Alter(AlterClientQuotasRequestEntryData entry, bool validateOnly, QuotaStore quotas)
    {
        var problem = Check(entry);
        if (problem is null && !validateOnly)
        {
            var entity = QuotaEntity.Of(entry.Entity.Select(part => (part.EntityType, part.EntityName)));
            foreach (var change in entry.Ops) quotas.Alter(entity, change.Key, change.Remove ? null : change.Value);
        }

        return new AlterClientQuotasResponseEntryData
        {
            Entity = entry.Entity,
            ErrorCode = problem is null ? ErrorCode.None : ErrorCode.InvalidRequest,
            ErrorMessage = problem,
        };
    }

    private static string? Check(AlterClientQuotasRequestEntryData entry)
    {
        if (entry.Entity.Count == 0) return "Invalid empty client quota entity";
        if (entry.Entity.Find(part => part.EntityType is not (QuotaEntity.User or QuotaEntity.ClientId or QuotaEntity.Ip)) is { } unknown)
            return $"Unhandled client quota entity type: {unknown.EntityType}";
        if (entry.Ops.Find(change => !QuotaKeys.All.Contains(change.Key)) is { } invalid) return $"Invalid configuration key {invalid.Key}";
        return entry.Ops.Exists(change => change is { Remove: false, Value: <= 0 }) ? "Quota value must be greater than 0" : null;
    }
}
