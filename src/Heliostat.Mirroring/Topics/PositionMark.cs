namespace Heliostat.Mirroring.Topics;

/// <summary>
/// What a committed position belongs to: all before it is in this topic of this cluster. By it a position of another target or of other
/// names is told apart. Whether it is still the same topic, its ids tell (docs/formats.md).
/// </summary>
/// <param name="Cluster">The target's cluster id; empty where it does not tell.</param>
/// <param name="Topic">The topic there.</param>
internal sealed record PositionMark(string Cluster, string Topic)
{
    /// <summary>What the metadata of a mirror's position begin with, in whatever version.</summary>
    public const string Name = "heliostat ";

    /// <summary>Which topics the mirror selected; null where that does not matter.</summary>
    public SelectionNote? Selection { get; init; }

    /// <summary>Each partition of the source is mirrored to the same one of the topic.</summary>
    public bool KeepsPartitions { get; init; }

    /// <summary>Whether the metadata of a committed offset is that of a mirror's position.</summary>
    public static bool IsMirrors(string? metadata) => metadata?.StartsWith(Name, StringComparison.Ordinal) == true;

    /// <summary>
    /// Whether a position with this mark is one of what <paramref name="now"/> names. What either does not know speaks for it.
    /// </summary>
    public bool IsOf(PositionMark now) => Topic == now.Topic && (Cluster.Length == 0 || now.Cluster.Length == 0 || Cluster == now.Cluster);

    /// <summary>Why a position with this mark, which is not of <paramref name="now"/>, is none of it.</summary>
    public string WhyNot(PositionMark now) =>
        Cluster.Length > 0 && now.Cluster.Length > 0 && Cluster != now.Cluster
            ? $"of a mirror to another cluster ({Cluster})"
            : $"of a mirror to topic '{Topic}'";
}
