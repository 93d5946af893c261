using Heliostat.Mirroring.Topics.Configs;

namespace Heliostat.Mirroring.Topics;

/// <summary>What came of creating or growing a topic.</summary>
/// <param name="Topic">Its name on the target.</param>
/// <param name="Code">The target's answer.</param>
/// <param name="Cause">Why it was refused, for a person; null when it was not.</param>
/// <param name="Refused">Configs that it was created without, because the target refuses them.</param>
internal sealed record TopicOutcome(string Topic, ErrorCode Code, string? Cause, IReadOnlyList<ConfigRefusal> Refused)
{
    /// <summary>All configs that it has, or would have; empty where the target does not tell.</summary>
    public IReadOnlyDictionary<string, string?> Configs { get; init; } = new Dictionary<string, string?>();

    /// <summary>It is as asked for, whoever did it.</summary>
    public bool IsDone => Code is ErrorCode.None or ErrorCode.TopicAlreadyExists;
}
