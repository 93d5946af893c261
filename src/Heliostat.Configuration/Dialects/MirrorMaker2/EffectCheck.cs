using Heliostat.Configuration.Files;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// Checks every value where it is read, and finds the pairs that nobody reads, that lose everywhere, or that have no effect in Heliostat.
/// </summary>
internal sealed class EffectCheck(ConfigProviders providers, Findings findings)
{
    private readonly HashSet<PropertyEntry> _used = [];
    private readonly Dictionary<PropertyEntry, string> _reasons = [];
    private readonly Dictionary<PropertyEntry, EffectiveValue> _winners = [];
    private readonly HashSet<(PropertyEntry, string)> _reported = [];

    /// <summary>Marks a pair that is read outside of the sections.</summary>
    public void Use(PropertyEntry entry) => _used.Add(entry);

    /// <summary>Whether somebody reads the pair and acts on it.</summary>
    public bool IsUsed(PropertyEntry entry) => _used.Contains(entry);

    /// <summary>Notes why a pair has no effect unless it has one elsewhere.</summary>
    public void Note(PropertyEntry entry, string reason) => _reasons.TryAdd(entry, reason);

    public void Read(Section section)
    {
        foreach (var value in section.Properties.Values)
        {
            var setting = section.Table.Find(value.Key);
            var family = setting is null
                ? section.Table.Families.FirstOrDefault(f => value.Key.StartsWith(f.Prefix, StringComparison.Ordinal))
                : null;
            if (setting is null && family is null)
            {
                continue;
            }

            foreach (var loser in value.Overridden)
            {
                _winners.TryAdd(loser, value);
            }

            if (value.Entry is { } entry)
            {
                Read(section, value, entry, setting, family);
            }
        }
    }

    /// <summary>Checks a value that is read at the top level.</summary>
    public void Check(Setting setting, PropertyEntry entry, string value)
    {
        if (providers.Unresolved(entry).Count > 0)
        {
            // That is said instead: what stands there for the reference is nobody's value.
            return;
        }

        if (setting.CommentIn(entry.Value) is { } comment && setting.Check(value) is null && _reported.Add((entry, comment)))
        {
            findings.Warning(entry.Key, comment, entry);
        }

        if (setting.Check(value) is { } problem && _reported.Add((entry, problem)))
        {
            findings.Error(entry.Key,
                providers.IsSecret(entry) ? $"the reference does not resolve to what is allowed: {setting.Allowed}" : problem, entry);
        }
    }

    /// <summary>Reports each of <paramref name="entries"/> that has no effect, once.</summary>
    public void Report(IEnumerable<PropertyEntry> entries, KeyHints hints)
    {
        foreach (var entry in entries)
        {
            for (var earlier = entry.Earlier; earlier is not null; earlier = earlier.Earlier)
            {
                findings.Warning(earlier.Key, $"has no effect: it is written again in line {entry.Line}", earlier);
            }

            if (_used.Contains(entry))
            {
                continue;
            }

            var why = _reasons.TryGetValue(entry, out var reason) ? reason
                : _winners.TryGetValue(entry, out var winner) ? Lost(winner)
                : hints.Why(entry.Key);
            findings.Warning(entry.Key, $"has no effect: {why}", entry);
        }
    }

    private static string Lost(EffectiveValue winner) => winner.Entry is not { } by ? $"{winner.Key} is always '{winner.Value}' there"
        : $"'{by.Key}' in line {by.Line} wins";

    private void Read(Section section, EffectiveValue value, PropertyEntry entry, Setting? setting, SettingFamily? family)
    {
        if (setting is not null)
        {
            Check(setting, entry, value.Value);
        }

        var reason = setting is not null ? section.NoEffect(setting, value.Value) : family!.NoEffect is { Length: > 0 } text ? text : null;
        if (reason is null)
        {
            _used.Add(entry);
        }
        else
        {
            Note(entry, reason);
        }
    }
}
