using Heliostat.Mirroring.Topics.Acls;

namespace Heliostat.Mirroring.Planning;

/// <summary>Access rules that would be copied.</summary>
public sealed record PlannedAcls
{
    /// <summary>Why none are; null where they can be compared.</summary>
    public string? Off { get; init; }

    /// <summary>Rules that would be added, in words.</summary>
    public IReadOnlyList<string> Add { get; init; } = [];

    /// <summary>How many are there already.</summary>
    public int Copied { get; init; }

    /// <summary>Rules of the source that are not copied, or are and deserve a look.</summary>
    public IReadOnlyList<AclNote> Notes { get; init; } = [];
}
