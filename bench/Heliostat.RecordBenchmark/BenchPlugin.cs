using System.Buffers;
using System.Text.Json;
using Heliostat.Plugins;

namespace Heliostat.RecordBenchmark;

/// <summary>What is measured of plug-ins: a look at a header, and a field of JSON that is masked as samples/MaskPlugin does.</summary>
public sealed class BenchPlugin : IRecordPlugin
{
    private bool _masks;

    /// <summary>Setting: <c>does</c>, <c>look</c> or <c>mask</c>.</summary>
    public void Configure(IReadOnlyDictionary<string, string> settings) => _masks = settings["does"] == "mask";

    public Verdict Apply(in PluginRecord record, RecordChanges changes)
    {
        if (record.Headers.TryGetLast("rare"u8, out var rare) && rare.SequenceEqual("2"u8))
        {
            return Verdict.Drop;
        }

        return _masks ? Mask(record.Value, changes) : Verdict.Keep;
    }

    private static Verdict Mask(ReadOnlySpan<byte> value, RecordChanges changes)
    {
        // The id of a schema stands before it.
        var start = value.IndexOf((byte)'{');
        var reader = new Utf8JsonReader(value[start..].TrimEnd((byte)' '));
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("card"u8))
            {
                reader.Read();
                var made = changes.BeginValue();
                made.Write(value[..(start + (int)reader.TokenStartIndex)]);
                made.Write("\"*\""u8);
                made.Write(value[(start + (int)reader.BytesConsumed)..]);
            }
        }

        return Verdict.Keep;
    }
}
