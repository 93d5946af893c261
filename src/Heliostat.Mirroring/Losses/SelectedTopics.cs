using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// Which topics the flow selected, as the state topic keeps it: <c>["selection"]</c>, <c>{"selection":"1a2b3c4d","since":1767225600}</c>.
/// </summary>
internal static class SelectedTopics
{
    private const string Word = "selection";
    private const string Since = "since";

    public static byte[] Key() => StateJson.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(Word);
        json.WriteEndArray();
    });

    public static bool IsKey(ReadOnlySpan<byte> key) => key.SequenceEqual(Key());

    public static byte[] Write(SelectionNote note) => StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString(Word, note.Selection);
        json.WriteNumber(Since, note.Since);
        json.WriteEndObject();
    });

    /// <summary>Null for a value that nobody of us wrote.</summary>
    public static SelectionNote? Read(ReadOnlySpan<byte> value) => value.IsEmpty ? null : StateJson.Read(
        value, json => json.GetProperty(Word).GetString() is { } selection
            ? new SelectionNote(selection, json.GetProperty(Since).GetInt64())
            : null);
}
