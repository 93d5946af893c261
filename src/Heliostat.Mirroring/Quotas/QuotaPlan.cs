namespace Heliostat.Mirroring.Quotas;

/// <summary>What is to be done about quotas.</summary>
/// <param name="Set">Those to set on the target, as on the source.</param>
/// <param name="Remove">Copies whose source is gone.</param>
/// <param name="Own">Those that the target has otherwise of its own; they stay.</param>
/// <param name="Alike">Those that both sides have alike, and are not known to be copies yet.</param>
/// <param name="Others">Known copies that somebody has changed or taken away on the target since: they are copies no more.</param>
internal sealed record QuotaPlan(
    IReadOnlyDictionary<QuotaPlace, double> Set, IReadOnlyList<QuotaPlace> Remove, IReadOnlyDictionary<QuotaPlace, double> Own,
    IReadOnlyDictionary<QuotaPlace, double> Alike, IReadOnlyList<QuotaPlace> Others)
{
    /// <summary>Decides; the target's own word counts before the source's.</summary>
    /// <param name="here">The source's quotas.</param>
    /// <param name="there">The target's.</param>
    /// <param name="copied">What was copied, as it was.</param>
    public static QuotaPlan Of(IReadOnlyDictionary<QuotaPlace, double> here, IReadOnlyDictionary<QuotaPlace, double> there,
        IReadOnlyDictionary<QuotaPlace, double> copied)
    {
        Dictionary<QuotaPlace, double> set = [], own = [], alike = [];
        foreach (var (place, value) in here)
        {
            if (!there.TryGetValue(place, out var other) || (other != value && IsCopy(place)))
            {
                set[place] = value;
            }
            else if (other != value)
            {
                own[place] = other;
            }
            else if (!IsCopy(place))
            {
                alike[place] = value;
            }
        }

        return new QuotaPlan(set, [.. copied.Keys.Where(place => !here.ContainsKey(place) && IsCopy(place))], own, alike,
            [.. copied.Keys.Where(place => !set.ContainsKey(place) && !alike.ContainsKey(place) && !IsCopy(place))]);

        bool IsCopy(QuotaPlace place) => copied.TryGetValue(place, out var value) && there.TryGetValue(place, out var now) && now == value;
    }
}
