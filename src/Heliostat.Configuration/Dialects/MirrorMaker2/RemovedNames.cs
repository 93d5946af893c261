using Heliostat.Configuration.Files;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// Names that Kafka 4.0 dropped, in files that were written for older versions: taken for the names that took their place.
/// </summary>
internal static class RemovedNames
{
    /// <summary>
    /// <paramref name="entries"/> with today's names, and what was changed; where both are written, today's name wins as it did.
    /// </summary>
    public static IReadOnlyList<PropertyEntry> Replace(IReadOnlyList<PropertyEntry> entries, List<ConfigurationProblem> notices)
    {
        var keys = entries.Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
        List<PropertyEntry> result = [];
        foreach (var entry in entries)
        {
            var end = entry.Key.Contains("->", StringComparison.Ordinal)
                ? entry.Key.IndexOf('.', entry.Key.IndexOf("->", StringComparison.Ordinal)) + 1
                : 0;
            var (prefix, name) = (entry.Key[..end], entry.Key[end..]);
            if (ConnectorTables.All.Find(name) is not { RemovedIn: { } version } setting)
            {
                result.Add(entry);
                continue;
            }

            var replacement = setting.ReplacedBy is null ? null : prefix + setting.ReplacedBy;
            var taken = replacement is not null && !keys.Contains(replacement);
            if (taken)
            {
                result.Add(entry with { Key = replacement! });
            }

            notices.Add(new ConfigurationProblem
            {
                File = entry.File,
                Line = entry.Line,
                Key = entry.Key,
                Message = $"was removed in Kafka {version}: " + (taken ? $"taken for '{replacement}'"
                    : replacement is not null ? $"'{replacement}' is there as well and wins"
                    : setting.Description.TrimEnd('.')),
            });
        }

        return result;
    }
}
