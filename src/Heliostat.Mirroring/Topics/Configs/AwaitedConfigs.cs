using System.Collections.Concurrent;

namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>
/// Configs of mirrors that refused a lane's records. Who raises such a limit on the mirror must not have it taken back by the sync with the
/// source: for as long as the process lives, no value returns to the one that refused. A new value of the source is taken up as ever.
/// Thread-safe.
/// </summary>
internal sealed class AwaitedConfigs
{
    private readonly ConcurrentDictionary<(string Topic, string Config), string?> _refusedBy = [];
    private readonly ConcurrentDictionary<string, int> _waiting = new(StringComparer.Ordinal);

    /// <summary>Topics whose lanes wait for a config now.</summary>
    public IReadOnlyCollection<string> Waiting => [.. _waiting.Keys];

    /// <summary>A lane waits for these configs of a mirror, which refused with the values that they have now.</summary>
    public void Await(string topic, IReadOnlyDictionary<string, string?> values)
    {
        _waiting[topic] = 0;
        foreach (var (config, value) in values)
        {
            _refusedBy.TryAdd((topic, config), value);
        }
    }

    /// <summary>No lane waits for the topic any more; what was raised stays raised.</summary>
    public void GoOn(string topic) => _waiting.TryRemove(topic, out _);

    /// <summary><paramref name="plan"/> without what would make a mirror refuse again.</summary>
    public ConfigPlan Kept(ConfigPlan plan) => _refusedBy.IsEmpty ? plan : plan with
    {
        Topics =
        [
            .. from topic in plan.Topics
               let changes = topic.Changes.Where(change => !Refuses(topic.Topic, change)).ToList()
               where changes.Count > 0
               select topic with { Changes = changes },
        ],
    };

    private bool Refuses(string topic, ConfigChange change) =>
        _refusedBy.TryGetValue((topic, change.Name), out var value)
            && (change.Operation == ConfigOperation.Delete || change.Value == value);
}
