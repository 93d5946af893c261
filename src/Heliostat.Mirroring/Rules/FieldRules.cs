using System.Text;
using System.Text.Json;
using Heliostat.Configuration.Transforms;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>The whole becomes the one field of an object; null stays null.</summary>
internal sealed class HoistRule(PayloadPart part, string field) : RecordRule
{
    private readonly byte[] _opening = Encoding.UTF8.GetBytes($"{{\"{JsonEncodedText.Encode(field)}\":");

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var payload = record[part];
        if (payload.IsNull)
        {
            return RuleOutcome.Kept;
        }

        if (!IsJson(payload.Span))
        {
            return scratch.Fail($"the {JsonRule.Name(part)} is no JSON");
        }

        var to = scratch.Place(part);
        to.Write(_opening);
        to.Write(payload.Span);
        to.Write("}"u8);
        record.Put(part, to.Written);
        return RuleOutcome.Changed;
    }

    private static bool IsJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            var isAny = false;
            while (reader.Read())
            {
                isAny = true;
            }

            return isAny;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>A field becomes the whole: null where it is null or not there.</summary>
internal sealed class ExtractRule(PayloadPart part, string field) : RecordRule
{
    private readonly byte[] _field = Encoding.UTF8.GetBytes(field);

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var payload = record[part];
        if (payload.IsNull)
        {
            return RuleOutcome.Kept;
        }

        try
        {
            if (!JsonObject.TryOpen(payload.Span, out var fields))
            {
                return JsonRule.Refuse(scratch, part);
            }

            var found = NullableSpan.Null;
            while (fields.MoveNext())
            {
                found = !fields.Current.IsNamed(_field) ? found
                    : fields.Current.Type == JsonTokenType.Null ? NullableSpan.Null
                    : fields.Current.RawValue;
            }

            record.Put(part, found);
            return RuleOutcome.Changed;
        }
        catch (JsonException)
        {
            return JsonRule.Refuse(scratch, part);
        }
    }
}

/// <summary>The key becomes an object of fields of the value, null where one is not there.</summary>
internal sealed class ValueToKeyRule(IReadOnlyList<string> fields) : RecordRule
{
    private readonly byte[][] _fields = [.. fields.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[][] _openings =
        [.. fields.Select((field, i) => Encoding.UTF8.GetBytes($"{(i == 0 ? "{" : ",")}\"{JsonEncodedText.Encode(field)}\":"))];

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        if (!JsonObject.Is(record.Value.Span))
        {
            return JsonRule.Refuse(scratch, PayloadPart.Value);
        }

        var key = scratch.Place(PayloadPart.Key);
        for (var i = 0; i < _fields.Length; i++)
        {
            key.Write(_openings[i]);
            key.Write(JsonObject.TryField(record.Value, _fields[i], out var field) ? field.RawValue : "null"u8);
        }

        key.Write("}"u8);
        record.Key = key.Written;
        return RuleOutcome.Changed;
    }
}

/// <summary>
/// Fields become headers behind the others: texts as they are, anything else as JSON, null where one is null or not there.
/// </summary>
internal sealed class HeaderFromRule(TransformAction.HeaderFrom what) : RecordRule
{
    private readonly byte[][] _fields = [.. what.Fields.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[][] _headers = [.. what.Headers.Select(Encoding.UTF8.GetBytes)];
    private readonly JsonRule? _moves = what.Moves
        ? new JsonRule(what.Part, new JsonEdits.Replace(what.Fields, [], new Dictionary<string, string>()))
        : null;

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var payload = record[what.Part];
        if (!JsonObject.Is(payload.Span))
        {
            return JsonRule.Refuse(scratch, what.Part);
        }

        var headers = scratch.Headers();
        headers.Add(record.Headers);
        for (var i = 0; i < _fields.Length; i++)
        {
            headers.Add(_headers[i], JsonObject.TryField(payload, _fields[i], out var field) ? field.Text() : NullableSpan.Null);
        }

        _moves?.Apply(ref record, scratch);
        record.Headers = headers.Headers;
        return RuleOutcome.Changed;
    }
}
