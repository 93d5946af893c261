namespace Heliostat.Mirroring.Planning;

/// <summary>Consumer groups that a flow would follow.</summary>
public sealed record PlannedGroups
{
    /// <summary>Why none are followed, or why they cannot be listed; null otherwise.</summary>
    public string? Off { get; init; }

    /// <summary>Groups that have committed offsets on mirrored topics.</summary>
    public IReadOnlyList<string> Followed { get; init; } = [];

    /// <summary>Whether translated offsets are written to the target's groups, and not only checkpoints.</summary>
    public bool OffsetsWritten { get; init; }
}
