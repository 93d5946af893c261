using Heliostat.Configuration.Transforms;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// A record as rules see and change it. Its spans are the batch's, or those of the <see cref="RuleScratch"/> that is used with it.
/// </summary>
internal ref struct RecordView
{
    /// <summary>Its offset on the source.</summary>
    public long Offset;

    /// <summary>Milliseconds since the epoch, as consumers of the source see it.</summary>
    public long Timestamp;

    public NullableSpan Key;

    public NullableSpan Value;

    public RecordHeaders Headers;

    /// <summary>The part that a rule is about.</summary>
    public readonly NullableSpan this[PayloadPart part] => part == PayloadPart.Key ? Key : Value;

    /// <summary>A part becomes another one.</summary>
    public void Put(PayloadPart part, NullableSpan made)
    {
        if (part == PayloadPart.Key)
        {
            Key = made;
        }
        else
        {
            Value = made;
        }
    }

    /// <summary>The record as it was read.</summary>
    public static RecordView Of(in RecordReader reader) =>
        new() { Offset = reader.Offset, Timestamp = reader.Timestamp, Key = reader.Key, Value = reader.Value, Headers = reader.Headers };
}
