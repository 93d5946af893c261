using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Options;

/// <summary>What <c>heliostat.residency.deny</c> says of one flow, by the labels of its clusters.</summary>
public sealed class Residency
{
    private readonly IReadOnlyList<(JavaPattern? Topics, string Rule)> _denied;

    internal Residency(IReadOnlyList<(JavaPattern? Topics, string Rule)> denied) => _denied = denied;

    /// <summary>Nothing is denied.</summary>
    public static Residency Free { get; } = new([]);

    /// <summary>The rule that denies the whole flow; null where none does.</summary>
    public string? DeniesAll => _denied.FirstOrDefault(rule => rule.Topics is null).Rule;

    /// <summary>The rule that denies <paramref name="topic"/>, by its name on the source; null where none does.</summary>
    public string? Denies(string topic) => _denied.FirstOrDefault(rule => rule.Topics is null || rule.Topics.IsMatch(topic)).Rule;
}
