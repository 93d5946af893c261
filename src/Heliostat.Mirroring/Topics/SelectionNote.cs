using System.Security.Cryptography;
using System.Text;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Which topics a mirror selected, and since when: what it leaves with its positions where <c>auto.offset.reset</c> is <c>latest</c>. A
/// topic that it would have had a position of, and has none, appeared while nothing ran.
/// </summary>
/// <param name="Selection">A short digest of the patterns.</param>
/// <param name="Since">When a mirror first selected them here, in seconds since 1970.</param>
internal sealed record SelectionNote(string Selection, long Since)
{
    private const int DigestBytes = 4;

    public static string DigestOf(TopicSelection selection) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(selection.ToString()))[..DigestBytes]);
}
