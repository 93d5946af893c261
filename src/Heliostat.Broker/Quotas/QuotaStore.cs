using System.Collections.Immutable;

namespace Heliostat.Broker.Quotas;

/// <summary>Quotas by entity: a set of parts such as user and client-id, each named or, with null, the default (ClientQuotaControlManager).</summary>
internal sealed class QuotaStore
{
    private ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>> _quotas =
        ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>>.Empty;

    public ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>> All => Volatile.Read(ref _quotas);

    /// <summary>Sets a value, or removes it with null.</summary>
    public void Alter(QuotaEntity entity, string key, double? value) =>
        ImmutableInterlocked.Update(ref _quotas, static (all, change) =>
        {
            var values = all.GetValueOrDefault(change.entity, ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal));
            values = change.value is { } set ? values.SetItem(change.key, set) : values.Remove(change.key);
            return values.IsEmpty ? all.Remove(change.entity) : all.SetItem(change.entity, values);
        }, (entity, key, value));

    /// <summary>The limit in force for a client: the most specific that was set (ClientQuotaManager); null for none.</summary>
    public double? Find(string user, string clientId, string key)
    {
        var quotas = All;
        if (quotas.IsEmpty) return null;

        Span<(string? User, bool HasUser, string? Client, bool HasClient)> order =
        [
            (user, true, clientId, true), (user, true, null, true), (user, true, null, false),
            (null, true, clientId, true), (null, true, null, true), (null, true, null, false),
            (null, false, clientId, true), (null, false, null, true),
        ];
        foreach (var (u, hasUser, c, hasClient) in order)
        {
            if (quotas.TryGetValue(QuotaEntity.Of(hasUser, u, hasClient, c), out var values) && values.TryGetValue(key, out var value)) return value;
        }

        return null;
    }
}
