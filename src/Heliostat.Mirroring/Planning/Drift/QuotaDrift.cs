using System.Globalization;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>
/// Quotas of clients (KIP-13, KIP-546), which no mirror copies: what a client may do on one cluster is no measure for another.
/// </summary>
internal static class QuotaDrift
{
    public static IEnumerable<Difference> Of(IReadOnlyList<DescribeClientQuotasEntryData> source,
        IReadOnlyList<DescribeClientQuotasEntryData> target)
    {
        var there = target.SelectMany(Values).ToDictionary(quota => (quota.Entity, quota.Key), quota => quota.Value);
        return
            from here in source.SelectMany(Values)
            let other = there.TryGetValue((here.Entity, here.Key), out var value) ? value : null
            where other != here.Value
            select new Difference(DifferenceKind.Quota, here.Entity, here.Key, here.Value, other);
    }

    private static IEnumerable<(string Entity, string Key, string? Value)> Values(DescribeClientQuotasEntryData quota)
    {
        var entity = string.Join(", ", quota.Entity.OrderBy(part => part.EntityType, StringComparer.Ordinal)
            .Select(part => $"{part.EntityType} {(part.EntityName is { } name ? $"'{name}'" : "by default")}"));
        return quota.Values.Select(value => (entity, value.Key, (string?)value.Value.ToString("R", CultureInfo.InvariantCulture)));
    }
}
