using System.Text;
using System.Text.Json;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>Makes of a JSON value one of another type.</summary>
internal abstract class FieldConversion
{
    /// <summary>Writes what it becomes; false where it stays as it is.</summary>
    /// <param name="field">The value.</param>
    /// <param name="to">Where to.</param>
    /// <exception cref="JsonEditException">It is not what the conversion takes.</exception>
    public abstract bool Write(in JsonField field, ByteBuffer to);

    /// <summary>The rule that makes it of a part, as a whole.</summary>
    internal sealed class WholeRule(PayloadPart part, FieldConversion conversion) : JsonPartRule(part, "JSON")
    {
        protected override bool? Write(ReadOnlySpan<byte> payload, in RecordView record, ByteBuffer to) =>
            conversion.Write(Read(payload), to);

        private static JsonField Read(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            var (start, type) = ((int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            var end = (int)reader.BytesConsumed;

            // Nothing may follow.
            reader.Read();
            return new JsonField(default, json[start..end], type);
        }
    }

    /// <summary>The edit that makes it of fields, each by a conversion of its own.</summary>
    internal sealed class FieldsEdit(IReadOnlyList<(string Name, FieldConversion Conversion)> fields) : JsonEdit
    {
        private readonly (byte[] Name,
            FieldConversion Conversion)[] _fields = [.. fields.Select(field => (Encoding.UTF8.GetBytes(field.Name), field.Conversion))];

        public override bool Write(in JsonField field, ByteBuffer to, out bool isGone)
        {
            isGone = false;
            foreach (var (name, conversion) in _fields)
            {
                if (field.IsNamed(name))
                {
                    return Write(conversion, field, to);
                }
            }

            return false;
        }

        private static bool Write(FieldConversion conversion, in JsonField field, ByteBuffer to)
        {
            var before = to.Length;
            to.Write(field.RawName);
            to.Write(":"u8);
            if (conversion.Write(field, to))
            {
                return true;
            }

            to.Truncate(before);
            return false;
        }
    }
}
