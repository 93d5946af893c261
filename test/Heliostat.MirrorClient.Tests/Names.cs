using System.Text;

namespace Heliostat.MirrorClient.Tests;

/// <summary>Texts that codecs may stumble over, and random ones.</summary>
internal static class Names
{
    public static readonly string[] Odd =
    [
        "orders", "", "a b", "\"", "\\", "\\\"", "/", "\b\t\n\f\r", "\0", "\u0001\u001f\u007f\u0080", "\u2028\u2029", "<>&'+", "é", "日本",
        "😀", "a😀b", "\uFFFD", "\uFEFFx", "\uE000", "ÿĀ", "\u200b", new string('x', 300),
    ];

    public static string Random(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(12); length > 0; length--)
        {
            text.Append(random.Next(5) switch
            {
                0 => new Rune(random.Next(0x20)).ToString(),
                1 => new Rune(random.Next(0x80)).ToString(),
                2 => Odd[random.Next(Odd.Length - 1)],
                3 => AnyRune(random).ToString(),
                _ => "ab.-_"[random.Next(5)].ToString(),
            });
        }

        return text.ToString();
    }

    private static Rune AnyRune(Random random)
    {
        while (true)
        {
            if (Rune.TryCreate(random.Next(0x110000), out var rune))
            {
                return rune;
            }
        }
    }
}
