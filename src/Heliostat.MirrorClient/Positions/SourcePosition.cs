using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Heliostat.MirrorClient.Positions;

/// <summary>
/// How far a source partition was mirrored, and in which log: the ids and the epoch show at the next start whether it is still the same.
/// MirrorMaker 2 writes the offset alone, minds nothing else, and drops the rest with its next write.
/// </summary>
/// <param name="Offset">The source offset of the last record mirrored: mirroring goes on at the next. -1 where nothing was mirrored yet and
/// it begins at 0.</param>
/// <param name="Target">The target offset of that record; null if not known.</param>
internal readonly record struct SourcePosition(long Offset, long? Target)
{
    private static readonly JsonReaderOptions Depth = new() { MaxDepth = 16 };

    private static readonly string[] Fields = ["offset", "target", "epoch", "source", "sink", "end", "committed"];

    /// <summary>The source's leader epoch of that record (KIP-320); null if not known.</summary>
    public int? LeaderEpoch { get; init; }

    /// <summary>The id of the source's topic (KIP-516); empty if not known.</summary>
    public Guid SourceTopicId { get; init; }

    /// <summary>The id of the target's topic; empty if not known.</summary>
    public Guid TargetTopicId { get; init; }

    /// <summary>Where the target's log ended when it was seen to have lost what it had acknowledged; null where it was not.</summary>
    public long? TargetEnd { get; init; }

    /// <summary>
    /// That record was committed in the transaction that stores this: whatever else stands at its place came after the target lost it.
    /// </summary>
    public bool IsCommitted { get; init; }

    /// <summary>
    /// Of a value in an offsets topic. False where MirrorMaker 2 would take the partition for never mirrored: the offset is missing, null,
    /// negative or not a whole number; but for -1 beside a field that only Heliostat writes. Whatever else makes no sense counts as not
    /// known.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out SourcePosition read)
    {
        read = new(-1, null);
        try
        {
            var json = new Utf8JsonReader(value, Depth);
            return json.Read() && json.TokenType == JsonTokenType.StartObject && TryRead(ref json, ref read);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// <c>{"offset":N}</c> as MirrorMaker 2 writes it, or with flat fields behind: <c>target</c>, <c>epoch</c>, <c>source</c>, <c>sink</c>,
    /// <c>end</c>, <c>committed</c>, each where it is known. Never nested: MirrorMaker 2 would start at 0.
    /// </summary>
    public byte[] Write()
    {
        var json = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{{\"offset\":{Offset}");
        _ = (Target ?? (Offset < 0 ? -1 : null)) is { } target ? json.Append(CultureInfo.InvariantCulture, $",\"target\":{target}") : json;
        _ = LeaderEpoch is { } epoch ? json.Append(CultureInfo.InvariantCulture, $",\"epoch\":{epoch}") : json;
        _ = SourceTopicId != Guid.Empty
            ? json.Append(CultureInfo.InvariantCulture, $",\"source\":\"{TopicIdText.Of(SourceTopicId)}\"")
            : json;
        _ = TargetTopicId != Guid.Empty
            ? json.Append(CultureInfo.InvariantCulture, $",\"sink\":\"{TopicIdText.Of(TargetTopicId)}\"")
            : json;
        _ = TargetEnd is { } end ? json.Append(CultureInfo.InvariantCulture, $",\"end\":{end}") : json;
        _ = IsCommitted ? json.Append(",\"committed\":true") : json;
        return Encoding.ASCII.GetBytes(json.Append('}').ToString());
    }

    private static bool TryRead(ref Utf8JsonReader json, ref SourcePosition read)
    {
        long? offset = null;
        var isOurs = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = Field(json);
            isOurs |= field > 0;
            json.Read();
            switch (field)
            {
                case 0:
                    offset = Number(ref json);
                    break;
                case 1:
                    read = read with { Target = Number(ref json) is { } target and >= 0 ? target : null };
                    break;
                case 2:
                    read = read with { LeaderEpoch = Number(ref json) is { } epoch and >= 0 and <= int.MaxValue ? (int)epoch : null };
                    break;
                case 3:
                    read = read with { SourceTopicId = Id(ref json) };
                    break;
                case 4:
                    read = read with { TargetTopicId = Id(ref json) };
                    break;
                case 5:
                    read = read with { TargetEnd = Number(ref json) is { } end and >= 0 ? end : null };
                    break;
                case 6:
                    read = read with { IsCommitted = json.TokenType == JsonTokenType.True };
                    break;
                default:
                    break;
            }

            json.Skip();
        }

        read = read with { Offset = offset ?? -1 };
        return offset >= (isOurs ? -1 : 0);
    }

    private static int Field(in Utf8JsonReader json)
    {
        var field = Fields.Length - 1;
        while (field >= 0 && !json.ValueTextEquals(Fields[field]))
        {
            field--;
        }

        return field;
    }

    private static long? Number(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var whole) ? whole : null;

    private static Guid Id(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String && !json.ValueIsEscaped
            && TopicIdText.TryRead(Encoding.Latin1.GetString(json.ValueSpan), out var id) ? id : Guid.Empty;
}
