using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Heliostat.MirrorClient.Positions;

/// <summary>How far a source partition was mirrored.</summary>
/// <param name="Offset">The source offset of the last record mirrored: mirroring goes on at the next.</param>
/// <param name="Target">The target offset of that record; null if not known. MirrorMaker 2 neither writes it nor minds it.</param>
public readonly record struct SourcePosition(long Offset, long? Target)
{
    private static readonly JsonReaderOptions Depth = new() { MaxDepth = 16 };

    /// <summary>
    /// Of a value in an offsets topic. False where MirrorMaker 2 would take the partition for never mirrored: the offset is missing, null, negative or not
    /// a whole number. A target that makes no sense counts as not known.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out SourcePosition read)
    {
        long? offset = null;
        long? target = null;
        try
        {
            var json = new Utf8JsonReader(value, Depth);
            if (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var isOffset = json.ValueTextEquals("offset"u8);
                    var isTarget = json.ValueTextEquals("target"u8);
                    json.Read();
                    var number = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var whole) && whole >= 0 ? whole : default(long?);
                    offset = isOffset ? number : offset;
                    target = isTarget ? number : target;
                    json.Skip();
                }
            }
        }
        catch (JsonException)
        {
            offset = null;
        }

        read = new(offset ?? -1, target);
        return offset is not null;
    }

    /// <summary><c>{"offset":N}</c> as MirrorMaker 2 writes it, or with a flat <c>target</c> behind, which it ignores. Never nested: it would start at 0.</summary>
    public byte[] Write() => Encoding.ASCII.GetBytes(Target is { } target
        ? string.Create(CultureInfo.InvariantCulture, $"{{\"offset\":{Offset},\"target\":{target}}}")
        : string.Create(CultureInfo.InvariantCulture, $"{{\"offset\":{Offset}}}"));
}
