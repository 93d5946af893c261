using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Tests.Structure;

/// <summary>The charts of the pages are kept as they are served; they are made of what is in <c>Pages/Charts</c>.</summary>
public sealed class ChartsBundleTests
{
    /// <summary>As <c>build.mjs</c> reads it; that the bundle follows from it, byte for byte, <c>.ci/run</c> sees where npm is.</summary>
    private static readonly string[] Made = [".ts", ".tsx", ".css", ".json", ".mjs", ".txt"];

    [Theory]
    [InlineData("charts.js")]
    [InlineData("charts.css")]
    public void What_is_served_was_made_of_what_is_here(string served)
    {
        var pages = Path.Combine(RepositoryFiles.Root, "src/Heliostat/Pages");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Directory.GetFiles(Path.Combine(pages, "Charts")).Select(file => Path.GetFileName(file))
            .Where(name => Made.Contains(Path.GetExtension(name))).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
            hash.AppendData(File.ReadAllBytes(Path.Combine(pages, "Charts", name)));
        }

        var says = File.ReadLines(Path.Combine(pages, served)).First();
        Assert.True(says.EndsWith(Convert.ToHexStringLower(hash.GetHashAndReset()), StringComparison.Ordinal),
            $"{served} is stale: cd src/Heliostat/Pages/Charts && npm ci && npm run build");
    }
}
