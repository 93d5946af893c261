using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Transforms;

/// <summary>
/// What topics are called on the target where the replication policy is not to say it (<c>heliostat.topic.*</c>): exact names first, then
/// patterns, then the form of all others.
/// </summary>
/// <param name="names">Names on the source with those on the target.</param>
/// <param name="rules">Patterns of whole names on the source with what they become; the first that matches counts.</param>
/// <param name="form">The name of all others, with <c>${topic}</c> and <c>${source}</c> in it; null for the replication policy's.</param>
public sealed class TopicRenames(IReadOnlyDictionary<string, string> names, IReadOnlyList<JavaReplacement> rules, string? form)
{
    /// <summary>The replication policy names all topics.</summary>
    public static TopicRenames None { get; } = new(new Dictionary<string, string>(), [], null);

    /// <summary>Nothing is renamed.</summary>
    public bool IsEmpty => names.Count == 0 && rules.Count == 0 && form is null;

    /// <summary>The name on the target of a topic of the source; null where the replication policy says it.</summary>
    /// <param name="topic">Its name on the source.</param>
    /// <param name="source">The alias of the source.</param>
    public string? Of(string topic, string source)
    {
        if (names.TryGetValue(topic, out var name))
        {
            return name;
        }

        foreach (var rule in rules)
        {
            if (rule.Matches(topic))
            {
                return rule.Of(topic);
            }
        }

        return form?.Replace("${source}", source, StringComparison.Ordinal).Replace("${topic}", topic, StringComparison.Ordinal);
    }

    /// <summary>As the settings say it.</summary>
    public override string ToString() =>
        $"{string.Join(", ", names.OrderBy(name => name.Key, StringComparer.Ordinal).Select(name => $"{name.Key}:{name.Value}"))}; "
            + $"{string.Join("; ", rules)}; {form}";
}
