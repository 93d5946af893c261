using System.Globalization;
using System.Text;

namespace Heliostat.MirrorClient.Positions;

/// <summary>
/// JSON as Kafka Connect's converter (Jackson) writes it, byte for byte: no spaces, and nothing escaped but quotes, controls and
/// surrogates. MirrorMaker 2 looks positions up by the bytes of their keys, and System.Text.Json's encoders escape other characters.
/// </summary>
internal static class ConnectJson
{
    /// <summary>The key of a connector's offset: its name, and an object of fields in the order given.</summary>
    public static byte[] Key(string connector, params ReadOnlySpan<(string Name, object Value)> fields)
    {
        var json = new StringBuilder("[");
        Quote(json, connector).Append(",{");
        foreach (var (name, value) in fields)
        {
            Quote(json.Append(json[^1] == '{' ? "" : ","), name).Append(':');
            _ = value is int number ? json.Append(CultureInfo.InvariantCulture, $"{number}") : Quote(json, (string)value);
        }

        return Encoding.UTF8.GetBytes(json.Append("}]").ToString());
    }

    private static StringBuilder Quote(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' or (>= '\ud800' and <= '\udfff') => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => json.Append(c),
            };
        }

        return json.Append('"');
    }
}
