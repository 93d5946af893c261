namespace Heliostat.Broker.Storage;

/// <summary>The limits of an entity, whose parts are its types and their names, null for the default.</summary>
internal sealed record QuotaRecord(Dictionary<string, string?> Entity, Dictionary<string, double> Values) : StateRecord
{
    internal override string Key => KeyOf(QuotaEntity.Of(Entity.Select(part => (part.Key, part.Value))));

    public static string KeyOf(QuotaEntity entity) => $"quota {entity.Canonical}";
}
