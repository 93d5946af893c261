using Heliostat.Broker.Quotas;
using Heliostat.Broker.Security;
using Heliostat.Broker.Storage;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>AlterClientQuotas 0 to 1 (KIP-546). Byte rates throttle; the other keys are kept and shown.</summary>
internal sealed class AlterClientQuotasHandler : ApiHandler<AlterClientQuotasRequest, AlterClientQuotasResponse>
{
    protected override ValueTask<AlterClientQuotasResponse?> HandleAsync(AlterClientQuotasRequest request, RequestContext context,
        CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.AlterConfigs, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        return new(new AlterClientQuotasResponse
        {
            Entries = [.. request.Entries.Select(entry => Alter(entry, request.ValidateOnly, context.Cluster.Quotas))]
        });
    }

    protected override AlterClientQuotasResponse Refuse(AlterClientQuotasRequest request, RequestContext context, ErrorCode error) => new()
    {
        Entries = [.. request.Entries.Select(entry => new AlterClientQuotasResponseEntryData
        {
            Entity = entry.Entity,
            ErrorCode = error,
            ErrorMessage = error.Name()
        })],
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
        if (entry.Entity.Find(part => part.EntityName?.Length == 0) is { } empty) return $"Empty {empty.EntityType} not supported";

        var isAddress = entry.Entity.Exists(part => part.EntityType == QuotaEntity.Ip);
        if (isAddress && entry.Entity.Count > 1)
            return "Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId";
        return entry.Ops.Select(change => Check(change, isAddress)).FirstOrDefault(problem => problem is not null);
    }

    private static string? Check(OpData change, bool isAddress)
    {
        if (!(isAddress ? QuotaKeys.OfAddresses : QuotaKeys.OfClients).Contains(change.Key))
            return $"Invalid configuration key {change.Key}";
        if (change.Remove) return null;
        if (change.Value <= 0) return $"Quota {change.Key} must be greater than 0";
        return QuotaKeys.Whole.Contains(change.Key) && change.Value != Math.Floor(change.Value)
            ? $"{change.Key} cannot be a fractional value."
            : null;
    }
}
