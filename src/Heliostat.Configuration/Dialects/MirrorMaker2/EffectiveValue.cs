using Heliostat.Configuration.Files;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>The value that a setting ends up with, where it comes from, and everything it won over.</summary>
public sealed record EffectiveValue
{
    /// <summary>The setting's own name, without the prefixes under which the user may have written it.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The value as it was written, references to config providers unresolved: this may be printed unless the setting is a password.
    /// </summary>
    public required string Written { get; init; }

    /// <summary>The value with references to config providers resolved; may be a secret.</summary>
    public required string Value { get; init; }

    /// <summary>What the user wrote, or null when the value is MirrorMaker 2's own.</summary>
    public PropertyEntry? Entry { get; init; }

    /// <summary>Why MirrorMaker 2 sets it, or null when the user did.</summary>
    public string? Reason { get; init; }

    /// <summary>What the user wrote for the same setting and lost, strongest first.</summary>
    public IReadOnlyList<PropertyEntry> Overridden { get; init; } = [];

    /// <summary>This value above <paramref name="weaker"/>, which it takes the place of.</summary>
    internal EffectiveValue Over(EffectiveValue weaker)
    {
        List<PropertyEntry> lost = [.. Overridden];
        foreach (var entry in weaker.Entry is null ? weaker.Overridden : weaker.Overridden.Prepend(weaker.Entry))
        {
            if (entry != Entry && !lost.Contains(entry))
            {
                lost.Add(entry);
            }
        }

        return lost.Count == Overridden.Count ? this : this with { Overridden = lost };
    }
}
