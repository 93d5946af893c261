using System.Globalization;
using Heliostat.Broker;

namespace Heliostat.Commands;

/// <summary>A topic as a command line writes it: <c>NAME[:PARTITIONS[:KEY=VALUE,KEY=VALUE]]</c>.</summary>
internal static class TopicArgument
{
    /// <summary>The topics; what is wrong with them is added to <paramref name="problems"/>.</summary>
    public static List<EmbeddedTopic> ParseAll(string option, IEnumerable<string> arguments, List<string> problems)
    {
        List<EmbeddedTopic> topics = [];
        foreach (var argument in arguments)
        {
            if (Parse(argument) is not { } topic)
            {
                problems.Add($"{option}: '{argument}' is not NAME, NAME:PARTITIONS or NAME:PARTITIONS:KEY=VALUE,..");
            }
            else if (topics.Any(t => t.Name == topic.Name))
            {
                problems.Add($"{option}: '{topic.Name}' is named twice");
            }
            else
            {
                topics.Add(topic);
            }
        }

        return topics;
    }

    private static EmbeddedTopic? Parse(string argument)
    {
        var parts = argument.Split(':', 3);
        var partitions = 1;
        if (parts[0].Length == 0 || (parts.Length > 1
            && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out partitions) || partitions < 1)))
        {
            return null;
        }

        var configs = new Dictionary<string, string>();
        foreach (var pair in parts.Length > 2 ? Pairs(parts[2]) : [])
        {
            if (pair.Split('=', 2) is not [{ Length: > 0 } key, var value])
            {
                return null;
            }

            configs[key] = value;
        }

        return new EmbeddedTopic(parts[0], partitions) { Configs = configs };
    }

    /// <summary>A comma separates settings only where one follows: <c>cleanup.policy=compact,delete</c> is one.</summary>
    private static List<string> Pairs(string text)
    {
        List<string> pairs = [];
        foreach (var part in text.Split(','))
        {
            if (pairs.Count > 0 && !part.Contains('='))
            {
                pairs[^1] += "," + part;
            }
            else
            {
                pairs.Add(part);
            }
        }

        return pairs;
    }
}
