using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Heliostat.Client.Groups;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// What a position's log is and what it belongs to, in the metadata of its commit:
/// <c>heliostat {"offset":N,"target":M,"source":"..","sink":"..","end":E,"cluster":"..","topic":".."}</c>, the first ones as in a stored
/// position (docs/formats.md), <c>"kept":true</c> where partitions are kept, and with <c>auto.offset.reset = latest</c>
/// <c>"selection":"..","since":N</c>. Readers of groups ignore metadata, and MirrorMaker 1 writes none.
/// </summary>
internal static class CommitNote
{
    private const string Mark = PositionMark.Name;
    private const string Cluster = "cluster";
    private const string Topic = "topic";
    private const string Selection = "selection";
    private const string Since = "since";
    private const string Kept = "kept";

    public static OffsetAndMetadata Commit(LanePosition position, PositionMark? mark)
    {
        var stored = StoredPosition.Of(position with { LeaderEpoch = -1 });
        var note = Encoding.ASCII.GetString(stored.Write())[..^1];
        return new OffsetAndMetadata(position.Offset, position.LeaderEpoch, $"{Mark}{note}{Fields(mark)}}}");
    }

    /// <summary>The position that was committed; a note that is none of ours, or about another offset, says nothing of it.</summary>
    public static LanePosition Read(OffsetAndMetadata committed) => TryRead(committed, out var stored)
        ? StoredPosition.Read(stored) with { LeaderEpoch = committed.LeaderEpoch }
        : new LanePosition(committed.Offset, committed.LeaderEpoch);

    /// <summary>What the position that was committed belongs to; null where it does not say.</summary>
    public static PositionMark? MarkOf(OffsetAndMetadata committed) => !IsOurs(committed) ? null : Read(committed, static json =>
        Text(json, Topic) is { Length: > 0 } topic ? new PositionMark(Text(json, Cluster) ?? "", topic)
        {
            Selection = SelectionOf(json),
            KeepsPartitions = json.TryGetProperty(Kept, out var kept) && kept.ValueKind == JsonValueKind.True,
        } : null);

    /// <summary>Whether a mirror like this one committed it.</summary>
    public static bool IsOurs(OffsetAndMetadata committed) => TryRead(committed, out _);

    private static bool TryRead(OffsetAndMetadata committed, out SourcePosition stored)
    {
        stored = default;
        return committed.Metadata.StartsWith(Mark, StringComparison.Ordinal)
            && SourcePosition.TryRead(Encoding.UTF8.GetBytes(committed.Metadata[Mark.Length..]), out stored)
            && stored.Offset == committed.Offset - 1;
    }

    private static string Fields(PositionMark? mark) =>
        mark is null
            ? ""
            : $"{Field(Cluster, mark.Cluster)}{Field(Topic, mark.Topic)}{(mark.KeepsPartitions ? $",\"{Kept}\":true" : "")}"
                + $"{Fields(mark.Selection)}";

    private static string Fields(SelectionNote? note) =>
        note is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Field(Selection, note.Selection)},\"{Since}\":{note.Since}");

    private static SelectionNote? SelectionOf(JsonElement json) =>
        Text(json, Selection) is { } selection && Number(json, Since) is { } since ? new SelectionNote(selection, since) : null;

    private static string Field(string name, string value) =>
        value.Length == 0 ? "" : $",\"{name}\":\"{JavaScriptEncoder.Default.Encode(value)}\"";

    /// <summary>Of a note that is ours.</summary>
    private static T? Read<T>(OffsetAndMetadata committed, Func<JsonElement, T?> read)
    {
        try
        {
            using var json = JsonDocument.Parse(committed.Metadata.AsMemory(Mark.Length));
            return read(json.RootElement);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static long? Number(JsonElement json, string field) =>
        json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    private static string? Text(JsonElement json, string field) =>
        json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
