namespace Heliostat.Mirroring.Topics;

/// <summary>What a flow's state topic holds of its own claims, as far as this process knows.</summary>
internal sealed class ClaimState
{
    /// <summary>What is claimed, and since when the claim stands.</summary>
    public Dictionary<string, (TopicClaim Claim, long At)> Open { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Topics of the source that the flow has.</summary>
    public HashSet<string> Had { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>What was told last of topics of the target; empty for nothing.</summary>
    public Dictionary<string, string> Told { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>When the mark was renewed last; null where there is none.</summary>
    public long? MarkedAt { get; set; }

    /// <summary>What is to become of it: it is that only once the state topic has taken it.</summary>
    public ClaimState Copy() => new()
    {
        Open = new(Open, StringComparer.Ordinal),
        Had = new(Had, StringComparer.Ordinal),
        Told = new(Told, StringComparer.Ordinal),
        MarkedAt = MarkedAt,
    };
}
