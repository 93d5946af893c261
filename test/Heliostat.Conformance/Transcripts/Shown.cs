using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Heliostat.Protocol.Wire;

namespace Heliostat.Conformance.Transcripts;

/// <summary>
/// Message bodies as text: the fields that are not at their defaults. Lists of structs are in the order of their text, since brokers keep
/// none; throttle times are left out.
/// </summary>
internal static partial class Shown
{
    private const string Left = nameof(ProduceResponse.ThrottleTimeMs);

    public static string Of(object body)
    {
        var text = new StringBuilder();
        Fields(body, text);
        return text.Length == 0 ? "(all defaults)" : text.ToString();
    }

    /// <summary>Replaces what is another at each run: the test's names, random ids, addresses.</summary>
    public static string Masked(string text, string suffix) =>
        Producer().Replace(Address().Replace(Port().Replace(MemberId().Replace(text.Replace(suffix, "", StringComparison.Ordinal),
            "<uuid>"), "Port=<port>"), "<address>"), "$1<producer>");

    private static void Fields(object body, StringBuilder text)
    {
        var defaults = Activator.CreateInstance(body.GetType())!;
        foreach (var field in body.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            if (field.Name == Left) continue;

            var value = Value(field.GetValue(body));
            var isProducer = field.Name == nameof(ProducerState.ProducerId) && value[0] != '-';
            if (value == Value(field.GetValue(defaults)) && !isProducer) continue;

            if (field.Name == nameof(MetadataResponse.ClusterId)) value = "<cluster>";
            if (text.Length > 0 && text[^1] != '{') text.Append(' ');
            text.Append(field.Name).Append('=').Append(value);
        }
    }

    private static string Value(object? value)
    {
        switch (value)
        {
            case null:
                return "null";
            case string text:
                return $"'{text}'";
            case Guid id:
                return id == Guid.Empty ? "none" : "<id>";
            case Memory<byte> bytes:
                return $"{bytes.Length} bytes";
            case ReadOnlyMemory<byte> bytes:
                return bytes.IsEmpty ? "none" : Convert.ToHexStringLower(bytes.Span);
            case IBody body:
                var text2 = new StringBuilder("{");
                Fields(body, text2);
                return text2.Append('}').ToString();
            case IEnumerable list:
                var items = list.Cast<object>().ToList();
                var shown = items.Select(Value);
                return $"[{string.Join(", ", items.Count > 0 && items[0] is IBody ? shown.Order(StringComparer.Ordinal) : shown)}]";
            case Enum word and not ErrorCode:
                return word.ToString("D");
            default:
                return Convert.ToString(value, CultureInfo.InvariantCulture)!;
        }
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex MemberId();

    /// <summary>Producers' ids, in fields and in messages.</summary>
    [GeneratedRegex("(ProducerId=|[Pp]roducer ?[Ii]d:? |[Pp]roducer )[0-9]+")]
    private static partial Regex Producer();

    [GeneratedRegex("Port=[0-9]{4,5}")]
    private static partial Regex Port();

    [GeneratedRegex("127\\.0\\.0\\.1:[0-9]+")]
    private static partial Regex Address();
}
