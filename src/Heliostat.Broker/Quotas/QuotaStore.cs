using System.Collections.Immutable;
using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Quotas;

/// <summary>
/// Quotas by entity: a set of parts such as user and client-id, each named or, with null, the default (ClientQuotaControlManager).
/// </summary>
internal sealed class QuotaStore(StateJournal journal)
{
    private readonly Lock _changing = new();
    private ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>> _quotas =
        ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>>.Empty;

    public ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>> All => Volatile.Read(ref _quotas);

    /// <summary>Sets a value, or removes it with null.</summary>
    public void Alter(QuotaEntity entity, string key, double? value)
    {
        lock (_changing)
        {
            var values = _quotas.GetValueOrDefault(entity, ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal));
            values = value is { } set ? values.SetItem(key, set) : values.Remove(key);
            journal.Write(values.IsEmpty
                ? StateChange.Removal(QuotaRecord.KeyOf(entity))
                : new QuotaRecord(entity.Parts.ToDictionary(part => part.Type, part => part.Name), values.ToDictionary()));
            Volatile.Write(ref _quotas, values.IsEmpty ? _quotas.Remove(entity) : _quotas.SetItem(entity, values));
        }
    }

    public void Restore(QuotaRecord record) => _quotas = _quotas.SetItem(
        QuotaEntity.Of(record.Entity.Select(part => (part.Key, part.Value))),
        record.Values.ToImmutableSortedDictionary(StringComparer.Ordinal));

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
            if (quotas.TryGetValue(QuotaEntity.Of(hasUser, u, hasClient, c), out var values) && values.TryGetValue(key, out var value))
                return value;
        }

        return null;
    }
}
