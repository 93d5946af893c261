using System.Diagnostics.CodeAnalysis;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// What the state topic says of a lane that does not simply go on, under <c>["lane","orders",3]</c>: that it is halted, or that somebody
/// decided where it goes on.
/// </summary>
/// <param name="Kind">What halted it; null of a lane that ran, and that an operator moved.</param>
/// <param name="At">Since when.</param>
/// <param name="Position">The next source offset to mirror, when it halted or was moved.</param>
/// <param name="GoOnAt">Where nothing would be lost any more, if that could be told.</param>
/// <param name="Cause">What happened, and how to go on.</param>
internal sealed record LaneDecision(LossKind? Kind, DateTimeOffset At, long Position, long? GoOnAt, string Cause)
{
    private const string Word = "lane";
    private const string MovedKind = "moved";

    /// <summary>Where somebody decided that it goes on; null while it is halted.</summary>
    public long? ResumeAt { get; init; }

    public static LaneDecision Halted(Loss loss, string cause, DateTimeOffset at) => new(loss.Kind, at, loss.Position, loss.GoOnAt, cause);

    /// <summary>An operator lets a lane that ran go on at another offset.</summary>
    public static LaneDecision Moved(long from, long to, DateTimeOffset at) =>
        new(null, at, from, null, "an operator moved it") { ResumeAt = to };

    /// <summary>What halted it, in the words of the state topic.</summary>
    public string KindName => Kind?.Name() ?? MovedKind;

    public static byte[] Key(TopicPartition lane) => StateJson.LaneKey(Word, lane);

    /// <summary>False for a record of another kind.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out TopicPartition lane)
    {
        var read = StateJson.Read(key, json => StateJson.Lane(json, Word) is { } found ? new Box(found) : null);
        lane = read?.Lane ?? default;
        return read is not null;
    }

    /// <summary>False for a value that nobody of us wrote.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, [NotNullWhen(true)] out LaneDecision? read)
    {
        read = StateJson.Read(value,
            json => json.GetProperty("kind").GetString()! is var word && (LossKinds.TryRead(word, out var kind) || word == MovedKind)
                ? new LaneDecision(
                    word == MovedKind ? null : kind, json.GetProperty("at").GetDateTimeOffset(), json.GetProperty("position").GetInt64(),
                    json.TryGetProperty("goOnAt", out var at) ? at.GetInt64() : null,
                    json.GetProperty("cause").GetString()!)
                {
                    ResumeAt = json.TryGetProperty("resumeAt", out var resume) ? resume.GetInt64() : null,
                }
                : null);
        return read is not null;
    }

    public byte[] Write() => StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("state", ResumeAt is null ? "halted" : "resume");
        json.WriteString("kind", KindName);
        json.WriteString("at", At.UtcDateTime);
        json.WriteNumber("position", Position);
        if (GoOnAt is { } at)
        {
            json.WriteNumber("goOnAt", at);
        }

        if (ResumeAt is { } resume)
        {
            json.WriteNumber("resumeAt", resume);
        }

        json.WriteString("cause", Cause);
        json.WriteEndObject();
    });

    private sealed record Box(TopicPartition Lane);
}
