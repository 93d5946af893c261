using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Heliostat.Configuration.Transforms;
using Heliostat.Transport.Security;

namespace Heliostat.Mirroring.Rules;

/// <summary>Edits of fields: Connect's, as they are done to a map without a schema, and Heliostat's.</summary>
internal static class JsonEdits
{
    private static int Find(byte[][] names, in JsonField field)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (field.IsNamed(names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static byte[][] Utf8(IEnumerable<string> names) => [.. names.Select(Encoding.UTF8.GetBytes)];

    private static byte[] Quoted(string text) => [.. "\""u8, .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, .. "\""u8];

    private static void Write(ByteBuffer to, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        to.Write(name);
        to.Write(":"u8);
        to.Write(value);
    }

    /// <summary>Values become the null of their type, or the replacement; null stays null.</summary>
    internal sealed class Mask(IReadOnlyList<string> fields, string? replacement) : JsonEdit
    {
        private readonly byte[][] _fields = Utf8(fields);
        private readonly byte[] _text = Quoted(replacement ?? "");
        private readonly byte[]? _number = replacement is null ? "0"u8.ToArray()
            : decimal.TryParse(replacement, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture))
                : null;

        public override bool Write(in JsonField field, ByteBuffer to, out bool isGone)
        {
            isGone = false;
            if (field.Type == JsonTokenType.Null || Find(_fields, field) < 0)
            {
                return false;
            }

            JsonEdits.Write(to, field.RawName, field.Type switch
            {
                JsonTokenType.String => _text,
                JsonTokenType.Number => _number ?? throw new JsonEditException("the replacement is no number, and a field is"),
                _ when replacement is not null => throw new JsonEditException("only texts and numbers take a replacement"),
                JsonTokenType.StartArray => "[]"u8,
                JsonTokenType.StartObject => "{}"u8,
                _ => "false"u8,
            });
            return true;
        }
    }

    /// <summary>Values become their HMAC-SHA-256, as hexadecimal text; null stays null.</summary>
    internal sealed class Hash(IReadOnlyList<string> fields, Secret key) : JsonEdit
    {
        private readonly byte[][] _fields = Utf8(fields);
        private readonly byte[] _key = Encoding.UTF8.GetBytes(key.Reveal());

        public override bool Write(in JsonField field, ByteBuffer to, out bool isGone)
        {
            isGone = false;
            if (field.Type == JsonTokenType.Null || Find(_fields, field) < 0)
            {
                return false;
            }

            JsonEdits.Write(to, field.RawName, "\""u8);
            HashRule.Write(_key, field.Text().Span, to);
            to.Write("\""u8);
            return true;
        }
    }

    /// <summary>Fields go, stay alone, or are called otherwise.</summary>
    internal sealed class Replace(IReadOnlyList<string> exclude, IReadOnlyList<string> include,
        IReadOnlyDictionary<string, string> renames) : JsonEdit
    {
        private readonly byte[][] _exclude = Utf8(exclude);
        private readonly byte[][] _include = Utf8(include);
        private readonly byte[][] _from = Utf8(renames.Keys);
        private readonly byte[][] _to = [.. renames.Values.Select(Quoted)];

        public override bool Write(in JsonField field, ByteBuffer to, out bool isGone)
        {
            isGone = Find(_exclude, field) >= 0 || (_include.Length > 0 && Find(_include, field) < 0);
            if (isGone || Find(_from, field) is not (>= 0 and var renamed))
            {
                return false;
            }

            JsonEdits.Write(to, _to[renamed], field.RawValue);
            return true;
        }
    }

    /// <summary>Objects within give up their fields, under names that are joined; empty ones go.</summary>
    internal sealed class Flatten(string delimiter) : JsonEdit
    {
        private readonly byte[] _delimiter = [.. JsonEncodedText.Encode(delimiter).EncodedUtf8Bytes];

        public override bool Write(in JsonField field, ByteBuffer to, out bool isGone)
        {
            isGone = false;
            if (field.Type != JsonTokenType.StartObject)
            {
                return false;
            }

            var before = to.Length;
            Expand(field.RawName[1..^1], field.RawValue, to, before);
            isGone = to.Length == before;
            return true;
        }

        private void Expand(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> value, ByteBuffer to, int start)
        {
            JsonObject.TryOpen(value, out var fields);
            while (fields.MoveNext())
            {
                var field = fields.Current;
                byte[] name = [.. prefix, .. _delimiter, .. field.RawName[1..^1]];
                if (field.Type == JsonTokenType.StartObject)
                {
                    Expand(name, field.RawValue, to, start);
                    continue;
                }

                to.Write(to.Length > start ? ",\""u8 : "\""u8);
                to.Write(name);
                to.Write("\":"u8);
                to.Write(field.RawValue);
            }
        }
    }

    /// <summary>Fields of what is known of the record are put behind the others; those of their names go.</summary>
    internal sealed class Insert : JsonEdit
    {
        private readonly byte[][] _names;
        private readonly byte[] _known;
        private readonly byte[]? _timestamp;

        public Insert(TransformAction.InsertField what, string topic, int partition)
        {
            _names = Utf8(new[] { what.Topic, what.Partition, what.Timestamp, what.Static }.OfType<string>());
            _timestamp = what.Timestamp is { } name ? Quoted(name) : null;
            var known = new ByteBuffer();
            Add(known, what.Topic, Quoted(topic));
            Add(known, what.Partition, Encoding.UTF8.GetBytes(partition.ToString(CultureInfo.InvariantCulture)));
            Add(known, what.Static, Quoted(what.StaticValue ?? ""));
            _known = known.Written.ToArray();
        }

        public override bool Write(in JsonField field, ByteBuffer to, out bool isGone)
        {
            isGone = Find(_names, field) >= 0;
            return false;
        }

        public override bool Append(in RecordView record, ByteBuffer to)
        {
            Separate(to);
            to.Write(_known);
            if (_timestamp is not null)
            {
                Span<byte> digits = stackalloc byte[20];
                Utf8Formatter.TryFormat(record.Timestamp, digits, out var written);
                if (_known.Length > 0)
                {
                    Separate(to);
                }

                JsonEdits.Write(to, _timestamp, digits[..written]);
            }

            return _names.Length > 0;
        }

        private static void Add(ByteBuffer known, string? name, ReadOnlySpan<byte> value)
        {
            if (name is null)
            {
                return;
            }

            if (known.Length > 0)
            {
                known.Write(","u8);
            }

            JsonEdits.Write(known, Quoted(name), value);
        }

        private static void Separate(ByteBuffer to)
        {
            if (to.Length > 1)
            {
                to.Write(","u8);
            }
        }
    }
}
