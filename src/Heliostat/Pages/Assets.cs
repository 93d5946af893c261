using System.Security.Cryptography;

namespace Heliostat.Pages;

/// <summary>What pages need besides: embedded in the program.</summary>
internal static class Assets
{
    public static byte[] Style { get; } = Read("page.css");

    public static byte[] Script { get; } = Read("page.js");

    /// <summary>Charts, as <c>Charts/</c> makes them.</summary>
    public static byte[] Charts { get; } = Read("charts.js");

    public static byte[] ChartsStyle { get; } = Read("charts.css");

    /// <summary>The same for the same contents.</summary>
    public static string Version { get; } =
        Convert.ToHexStringLower(SHA256.HashData([.. Style, .. Script, .. Charts, .. ChartsStyle]))[..12];

    private static byte[] Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
