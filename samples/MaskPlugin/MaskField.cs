using System.Buffers;
using System.Text;
using System.Text.Json;
using Heliostat.Plugins;

namespace MaskPlugin;

/// <summary>
/// Masks a field of values that are JSON objects, and leaves out records with a header <c>env</c> = <c>test</c>. Nothing is allocated for a
/// record; what is not masked stays byte for byte.
/// </summary>
public sealed class MaskField : IRecordPlugin
{
    private byte[] _field = [];
    private byte[] _mask = [];

    /// <summary>Settings: <c>field</c>, which must be there, and <c>mask</c>.</summary>
    public void Configure(IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _field = settings.TryGetValue("field", out var field)
            ? Encoding.UTF8.GetBytes(field)
            : throw new ArgumentException("'field' is missing: the name of the field that is masked");
        _mask = Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(settings.GetValueOrDefault("mask", "***"))}\"");
    }

    /// <summary>What is no JSON makes a record a failing one: the reader throws.</summary>
    public Verdict Apply(in PluginRecord record, RecordChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (record.Headers.TryGetLast("env"u8, out var env) && env.SequenceEqual("test"u8))
        {
            return Verdict.Drop;
        }

        if (!record.HasValue)
        {
            return Verdict.Keep;
        }

        IBufferWriter<byte>? made = null;
        var copied = 0;
        var reader = new Utf8JsonReader(record.Value);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals(_field))
            {
                reader.Read();
                made ??= changes.BeginValue();
                made.Write(record.Value[copied..(int)reader.TokenStartIndex]);
                made.Write(_mask);
                reader.Skip();
                copied = (int)reader.BytesConsumed;
            }
        }

        made?.Write(record.Value[copied..]);
        return Verdict.Keep;
    }
}
