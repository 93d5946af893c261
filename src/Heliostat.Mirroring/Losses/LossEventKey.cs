using System.Diagnostics.CodeAnalysis;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// A loss as the state topic keeps it: <c>["event","orders",3,"truncated",2000]</c>, the last the position at which it was found.
/// </summary>
internal sealed record LossEventKey(TopicPartition Lane, LossKind Kind, long Position)
{
    private const string Word = "event";

    /// <summary>False for a record of another kind, or one that nobody of us wrote.</summary>
    public static bool TryRead(ReadOnlySpan<byte> key, [NotNullWhen(true)] out LossEventKey? read)
    {
        read = StateJson.Read(key, json => StateJson.Lane(json, Word) is { } lane && LossKinds.TryRead(json[3].GetString()!, out var kind)
            ? new LossEventKey(lane, kind, json[4].GetInt64()) : null);
        return read is not null;
    }

    public byte[] Write() => StateJson.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(Word);
        json.WriteStringValue(Lane.Topic);
        json.WriteNumberValue(Lane.Partition);
        json.WriteStringValue(Kind.Name());
        json.WriteNumberValue(Position);
        json.WriteEndArray();
    });

    public static byte[] Value(Loss loss, LossAction action, DateTimeOffset at) => StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("at", at.UtcDateTime);
        json.WriteNumber("from", loss.Position);
        if (loss.GoOnAt is { } to)
        {
            json.WriteNumber("to", to);
        }

        json.WriteString("action", action.Name());
        json.WriteString("cause", loss.Cause);
        json.WriteEndObject();
    });
}
