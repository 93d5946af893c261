using System.Text.Json;
using Heliostat.Api;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>
/// What a <c>PATCH</c> of a source connector's offsets asks for, checked as Kafka Connect and MirrorMaker 2 do (KIP-875,
/// <c>MirrorSourceConnector.alterOffsets</c>), in their words.
/// </summary>
internal static class AlteredOffsets
{
    private const string Cluster = "cluster";
    private const string Topic = "topic";
    private const string Partition = "partition";
    private const string Offset = "offset";

    /// <summary>The entries of a body.</summary>
    /// <exception cref="Refusal">There are none.</exception>
    public static JsonElement[] Entries(JsonElement body) =>
        body.TryGetProperty("offsets", out var offsets) && offsets.ValueKind == JsonValueKind.Array && offsets.GetArrayLength() > 0
            ? [.. offsets.EnumerateArray()]
            : throw Bad("Partitions / offsets need to be provided for an alter offsets request");

    /// <summary>
    /// The next source offset of each lane; what is reset begins at <paramref name="reset"/>. Partitions that are not mirrored may be
    /// reset: nothing is stored of them.
    /// </summary>
    /// <param name="entries">What is asked for.</param>
    /// <param name="source">The alias of the source.</param>
    /// <param name="lanes">What is mirrored.</param>
    /// <param name="reset">Where a lane begins of which nothing is stored.</param>
    /// <exception cref="Refusal">An entry is none, or about something that is not mirrored.</exception>
    public static Dictionary<TopicPartition, long> Read(JsonElement[] entries, string source, IReadOnlySet<TopicPartition> lanes,
        long reset)
    {
        Dictionary<TopicPartition, long> to = [];
        foreach (var entry in entries)
        {
            var partition = Object(entry, Partition);
            var offset = Object(entry, Offset);
            var next = reset;
            if (offset is { } given)
            {
                if (partition is null)
                {
                    throw Bad("Source partitions may not be null");
                }

                next = Checked(partition.Value, given) + 1;
            }

            if (LaneOf(partition, source) is { } lane && lanes.Contains(lane))
            {
                to[lane] = next;
            }
            else if (offset is not null)
            {
                throw Bad($"Source partition {Text(partition!.Value)} is not mirrored: there is no position of it that could be altered");
            }
        }

        return to;
    }

    /// <summary>The offset of the last record mirrored.</summary>
    private static long Checked(JsonElement partition, JsonElement offset)
    {
        foreach (var key in (string[])[Cluster, Topic])
        {
            if (Required(partition, key).ValueKind != JsonValueKind.String)
            {
                throw Bad(
                    $"Source partition {Text(partition)} has an invalid value {Text(partition.GetProperty(key))} for the '{key}' key, "
                        + "which must be a string");
            }
        }

        var number = Required(partition, Partition);
        if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var index))
        {
            throw Bad(
                $"Source partition {Text(partition)} has an invalid value {Text(number)} for the '{Partition}' key, which must be an "
                    + "integer");
        }

        if (index < 0)
        {
            throw Bad(
                $"Source partition {Text(partition)} has an invalid value {index} for the '{Partition}' key, which cannot be negative");
        }

        if (!offset.TryGetProperty(Offset, out var asked))
        {
            throw Bad(
                $"Source offset {Text(offset)} for source partition {Text(partition)} is missing the '{Offset}' key, which is required");
        }

        return asked.ValueKind != JsonValueKind.Number || !asked.TryGetInt64(out var last)
            ? throw Bad(
                $"Source offset {Text(offset)} for source partition {Text(partition)} has an invalid value {Text(asked)} for the "
                    + $"'{Offset}' key, which must be an integer")
            : last < 0
            ? throw Bad(
                $"Source offset {Text(offset)} for source partition {Text(partition)} has an invalid value {last} for the '{Offset}' key, "
                    + "which cannot be negative")
            : last;
    }

    private static JsonElement Required(JsonElement partition, string key) =>
        partition.TryGetProperty(key, out var value)
            ? value
            : throw Bad($"Source partition {Text(partition)} is missing the '{key}' key, which is required");

    private static TopicPartition? LaneOf(JsonElement? partition, string source) =>
        partition is { } given && given.TryGetProperty(Cluster, out var cluster) && cluster.ValueKind == JsonValueKind.String
            && cluster.GetString() == source
        && given.TryGetProperty(Topic, out var topic) && topic.ValueKind == JsonValueKind.String
        && given.TryGetProperty(Partition, out var index) && index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var number)
            ? new TopicPartition(topic.GetString()!, number)
            : null;

    /// <summary>Null for null, and for nothing.</summary>
    private static JsonElement? Object(JsonElement entry, string name) => entry.ValueKind != JsonValueKind.Object
        ? throw Bad("an entry of offsets is not a JSON object")
        : !entry.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Object ? value
        : throw Bad($"{name}: {value.GetRawText()} is not a JSON object");

    /// <summary>As Java prints maps and what is in them; their keys by name.</summary>
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object =>
            "{" + string.Join(", ", value.EnumerateObject().OrderBy(pair => pair.Name, StringComparer.Ordinal)
                .Select(pair => $"{pair.Name}={Text(pair.Value)}")) + "}",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Text))}]",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static Refusal Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
