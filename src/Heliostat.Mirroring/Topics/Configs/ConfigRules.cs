using Heliostat.Configuration.Patterns;

namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>
/// Which configs of a source topic its mirror gets, as <c>MirrorSourceConnector.targetConfig</c> and <c>DefaultConfigPropertyFilter</c> of
/// 4.3.1 have it. MirrorMaker 2 sends all of them each time; here only what would change something is asked for, which comes to the same.
/// </summary>
internal sealed class ConfigRules(IReadOnlyList<string> exclude, bool useDefaultsFromSource)
{
    private readonly JavaPattern? _exclude = exclude.Count == 0 ? null : JavaPattern.Parse(string.Join('|', exclude));

    /// <summary>The configs that a mirror is created with.</summary>
    public IReadOnlyList<TopicConfig> ForCreation(IEnumerable<TopicConfig> source) =>
        [.. source.Where(c => IsCopied(c) && c.Value is not null && (c.Origin != ConfigOrigin.Default || useDefaultsFromSource))
            .OrderBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>What must be changed on the target, by name; nothing where it is as it should be.</summary>
    public IReadOnlyList<ConfigChange> Changes(IEnumerable<TopicConfig> source, IEnumerable<TopicConfig> target)
    {
        var present = target.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var changes = new List<ConfigChange>();
        foreach (var config in source.Where(IsCopied).OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            var now = present.GetValueOrDefault(config.Name);
            var own = now?.Origin == ConfigOrigin.Topic;
            if (config.Origin == ConfigOrigin.Default && !useDefaultsFromSource)
            {
                if (own)
                {
                    changes.Add(new ConfigChange(config.Name, ConfigOperation.Delete, null, now!.Value));
                }
            }
            else if (config.Value is { } value && !(own && now!.Value == value))
            {
                changes.Add(new ConfigChange(config.Name, ConfigOperation.Set, value, now?.Value));
            }
        }

        return changes;
    }

    private bool IsCopied(TopicConfig config) =>
        !config.IsReadOnly && !config.IsSensitive && config.Origin != ConfigOrigin.StaticBroker && _exclude?.IsMatch(config.Name) != true;
}
