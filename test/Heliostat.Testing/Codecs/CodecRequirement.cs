using Heliostat.Protocol.Compression;

namespace Heliostat.Testing.Codecs;

/// <summary>Decides whether a test that compresses can run here, and says what is missing when it cannot.</summary>
internal static class CodecRequirement
{
    /// <summary>Looks at codecs, and at texts that name one.</summary>
    public static string? Missing(IEnumerable<object> arguments)
    {
        foreach (var argument in arguments)
        {
            if ((argument is CompressionCodec codec || (argument is string text && Enum.TryParse(text, ignoreCase: true, out codec))) && !Protocol.Compression.Codecs.IsAvailable(codec))
            {
                return $"the system's library for {codec.ToString().ToLowerInvariant()} is not there";
            }
        }

        return null;
    }
}
