using System.Globalization;
using System.Text;

namespace Heliostat.Configuration.Files;

/// <summary>
/// Offsets that a consumer kept in ZooKeeper, as Kafka's <c>kafka.tools.ExportZkOffsets</c> (0.8 to 1.x) writes them: lines
/// <c>/consumers/GROUP/offsets/TOPIC/PARTITION:OFFSET</c>, each offset the next to read.
/// </summary>
internal static class ZooKeeperOffsets
{
    /// <summary>The offsets of one group.</summary>
    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="group">The group; lines of others are passed over.</param>
    /// <exception cref="ConfigurationException">The file cannot be read, a line says something else, or none is of the group.</exception>
    public static IReadOnlyDictionary<TopicPartition, long> Load(string option, string path, string group)
    {
        var lines = Encoding.UTF8.GetString(NamedFile.Read(option, path)).Split('\n', StringSplitOptions.TrimEntries);
        Dictionary<TopicPartition, long> offsets = [];
        SortedSet<string> others = new(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            var (owner, partition, offset) = Read(lines[i])
                ?? throw Problem(option, "is none of /consumers/GROUP/offsets/TOPIC/PARTITION:OFFSET", path, i + 1);
            if (owner == group)
            {
                offsets[partition] = offset;
            }
            else
            {
                others.Add(owner);
            }
        }

        return offsets.Count > 0 ? offsets
            : throw Problem(option,
                "has no offset of group "
                    + $"'{group}'{(others.Count == 0 ? "" : $", but of {string.Join(", ", others.Select(other => $"'{other}'"))}")}", path,
                    0);
    }

    private static (string Group, TopicPartition Partition, long Offset)? Read(string line)
    {
        var parts = line.Split('/');
        var place = parts[^1].Split(':');
        return parts is ["", "consumers", { Length: > 0 } group, "offsets", { Length: > 0 } topic, _] && place.Length == 2
            && int.TryParse(place[0], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(place[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? (group, new TopicPartition(topic, partition), offset)
            : null;
    }

    private static ConfigurationException Problem(string option, string message, string path, int line) =>
        new([new ConfigurationProblem { Key = option, Message = message, File = path, Line = line }]);
}
