using System.Globalization;
using Heliostat.Mirroring.Quotas;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>Quotas of clients (KIP-13, KIP-546) that the target has not, or has otherwise.</summary>
internal static class QuotaDrift
{
    public static IEnumerable<Difference> Of(IReadOnlyList<DescribeClientQuotasEntryData> source,
        IReadOnlyList<DescribeClientQuotasEntryData> target)
    {
        var there = target.SelectMany(Values).ToDictionary();
        return
            from here in source.SelectMany(Values)
            let other = there.TryGetValue(here.Place, out var value) ? value : null
            where other != here.Value
            select new Difference(DifferenceKind.Quota, here.Place.Whom(), here.Place.Key, here.Value, other);
    }

    private static IEnumerable<(QuotaPlace Place, string? Value)> Values(DescribeClientQuotasEntryData quota) =>
        quota.Values.Select(value =>
            (QuotaPlace.Of(quota.Entity, value.Key), (string?)value.Value.ToString("R", CultureInfo.InvariantCulture)));
}
