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
    internal sealed class WholeRule(PayloadPart part, FieldConversion conversion) : RecordRule
    {
        public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
        {
            var payload = record[part];
            if (payload.IsNull)
            {
                return RuleOutcome.Kept;
            }

            try
            {
                var to = scratch.Place(part);
                if (!conversion.Write(Read(payload.Span), to))
                {
                    scratch.GiveBack(part);
                    return RuleOutcome.Kept;
                }

                record.Put(part, to.Written);
                return RuleOutcome.Changed;
            }
            catch (JsonException)
            {
                return scratch.Fail($"the {JsonRule.Name(part)} is no JSON");
            }
            catch (JsonEditException refused)
            {
                return scratch.Fail($"{JsonRule.Name(part)}: {refused.Message}");
            }
        }

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
        private readonly (byte[] Name, FieldConversion Conversion)[] _fields = [.. fields.Select(field => (Encoding.UTF8.GetBytes(field.Name), field.Conversion))];

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
