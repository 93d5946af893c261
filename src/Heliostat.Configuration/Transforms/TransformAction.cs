using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Plugins;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Transforms;

/// <summary>What a step does to a record. Those of Connect do what its classes do, as Apache Kafka 4.3.1 has them.</summary>
public abstract record TransformAction
{
    private TransformAction()
    {
    }

    /// <summary><c>Filter</c>: the record is left out.</summary>
    public sealed record Drop : TransformAction;

    /// <summary><c>DropHeaders</c>: all headers of these names go.</summary>
    public sealed record DropHeaders(IReadOnlyList<string> Headers) : TransformAction;

    /// <summary><c>InsertHeader</c>: a header is put behind the others; a null value stays one.</summary>
    public sealed record InsertHeader(string Header, string? Value) : TransformAction;

    /// <summary><c>heliostat.SetHeader</c>: headers of the name go, and one is put behind the others.</summary>
    public sealed record SetHeader(string Header, string? Value) : TransformAction;

    /// <summary><c>heliostat.RenameHeader</c>: headers of a name keep their places and values under another.</summary>
    public sealed record RenameHeader(string From, string To) : TransformAction;

    /// <summary><c>RegexRouter</c>: the topic gets another name.</summary>
    public sealed record Rename(JavaReplacement Names) : TransformAction;

    /// <summary>
    /// <c>heliostat.SetTimestamp</c>: the time of the record is what a header says, in milliseconds since the epoch or as ISO 8601.
    /// </summary>
    public sealed record TimestampFromHeader(string Header) : TransformAction;

    /// <summary><c>heliostat.Hash</c>: key or value is replaced by its HMAC-SHA-256 as hexadecimal text, or a field of it is.</summary>
    public sealed record Hash(PayloadPart Part, IReadOnlyList<string> Fields, Secret Key) : TransformAction;

    /// <summary><c>heliostat.SchemaIds</c>: the id of a schema that key or value begin with becomes another one.</summary>
    /// <param name="Part">Where it is.</param>
    /// <param name="Ids">Ids of the source's registry with those of the target's.</param>
    /// <param name="FailsUnknown">A record with another id is a failing one; otherwise it passes.</param>
    public sealed record SchemaIds(PayloadPart Part, IReadOnlyDictionary<int, int> Ids, bool FailsUnknown) : TransformAction;

    /// <summary>
    /// <c>heliostat.schemas</c>: the id of a schema that key or value begin with, or that a header has for them, becomes that of the same
    /// schema in the target's registry.
    /// </summary>
    /// <param name="Part">Where it is.</param>
    /// <param name="FailsUnknown">A record with an id that the source's registry does not know is a failing one; otherwise it
    /// passes.</param>
    /// <param name="Topics">Topics by their names on the source that this is about; null for all.</param>
    public sealed record RegistryIds(PayloadPart Part, bool FailsUnknown, JavaPattern? Topics) : TransformAction;

    /// <summary><c>heliostat.Encrypt</c>: key or value is encrypted, and a header names the key.</summary>
    public sealed record Encrypt(PayloadPart Part, string Id, Secret Key) : TransformAction;

    /// <summary><c>heliostat.Decrypt</c>: the way back.</summary>
    /// <param name="Part">Which.</param>
    /// <param name="Keys">Keys by their ids.</param>
    /// <param name="FailsPlain">A record that is not encrypted is a failing one; otherwise it passes.</param>
    public sealed record Decrypt(PayloadPart Part, IReadOnlyDictionary<string, Secret> Keys, bool FailsPlain) : TransformAction;

    /// <summary><c>MaskField</c>: fields are replaced by the null of their type, or by a text or number.</summary>
    public sealed record MaskField(PayloadPart Part, IReadOnlyList<string> Fields, string? Replacement) : TransformAction;

    /// <summary><c>ReplaceField</c>: fields go, stay alone, or are called otherwise.</summary>
    public sealed record ReplaceField(PayloadPart Part, IReadOnlyList<string> Exclude, IReadOnlyList<string> Include,
        IReadOnlyDictionary<string, string> Renames) : TransformAction;

    /// <summary><c>InsertField</c>: fields of what is known of the record are added; a field that is there is replaced.</summary>
    public sealed record InsertField(PayloadPart Part, string? Topic, string? Partition, string? Timestamp, string? Static,
        string? StaticValue) : TransformAction;

    /// <summary><c>HoistField</c>: the whole becomes the one field of an object.</summary>
    public sealed record HoistField(PayloadPart Part, string Field) : TransformAction;

    /// <summary><c>ExtractField</c>: one field becomes the whole; null where it is not there.</summary>
    public sealed record ExtractField(PayloadPart Part, string Field) : TransformAction;

    /// <summary><c>Flatten</c>: fields of objects within become fields of the whole, their names joined; arrays stay.</summary>
    public sealed record Flatten(PayloadPart Part, string Delimiter) : TransformAction;

    /// <summary><c>ValueToKey</c>: the key becomes an object of these fields of the value.</summary>
    public sealed record ValueToKey(IReadOnlyList<string> Fields) : TransformAction;

    /// <summary><c>HeaderFrom</c>: fields become headers, and stay or go.</summary>
    public sealed record HeaderFrom(PayloadPart Part, IReadOnlyList<string> Fields, IReadOnlyList<string> Headers,
        bool Moves) : TransformAction;

    /// <summary><c>heliostat.Script</c>: what a script of the file's makes of it.</summary>
    public sealed record Script(RecordScript Code) : TransformAction;

    /// <summary>What a class of the user's makes of it, in a JVM beside the mirror.</summary>
    public sealed record Java(JavaClass Class) : TransformAction;

    /// <summary><c>heliostat.Plugin</c>: what a class of a .NET assembly makes of it.</summary>
    public sealed record Plugin(PluginClass Class) : TransformAction;

    /// <summary><c>Cast</c>: fields become values of other types, or the whole does.</summary>
    public sealed record Cast(PayloadPart Part, IReadOnlyDictionary<string, CastType> Fields, CastType? Whole) : TransformAction;

    /// <summary><c>TimestampConverter</c>: a time becomes a text, or a number since the epoch.</summary>
    /// <param name="Part">Where it is.</param>
    /// <param name="Field">The field that it is; null for the whole.</param>
    /// <param name="ToText">It becomes a text; otherwise a number.</param>
    /// <param name="Format">How texts are written and read; null where there are none.</param>
    /// <param name="Precision">What numbers count.</param>
    public sealed record ConvertTimestamp(PayloadPart Part, string? Field, bool ToText, JavaDateFormat? Format,
        UnixPrecision Precision) : TransformAction;
}
