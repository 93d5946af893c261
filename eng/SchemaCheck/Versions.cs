using System.Globalization;
using System.Text.Json;

namespace SchemaCheck;

/// <summary>A range of versions as the definitions spell it: "3", "0-7", "5+" or "none".</summary>
public readonly record struct Versions(int Low, int High)
{
    private static readonly Versions None = new(1, 0);

    public static Versions Parse(string text)
    {
        if (text == "none")
        {
            return None;
        }

        if (text.EndsWith('+'))
        {
            return new Versions(Number(text[..^1]), short.MaxValue);
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? new Versions(Number(text), Number(text)) : new Versions(Number(text[..dash]), Number(text[(dash + 1)..]));
    }

    /// <summary>The range under <paramref name="key"/>; none when the key is not there.</summary>
    public static Versions Of(JsonElement definition, string key) =>
        definition.TryGetProperty(key, out var text) ? Parse(text.GetString()!) : None;

    public bool Contains(int version) => version >= Low && version <= High;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
