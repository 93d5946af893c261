using Heliostat.Protocol.Compression;
using Xunit;

namespace Heliostat.Testing.Codecs;

/// <summary>A fact that needs a codec: skipped, saying why, where this machine lacks the codec's library.</summary>
public sealed class CodecFactAttribute : FactAttribute
{
    private readonly CompressionCodec _codec;
    private string? _skip;

    public CodecFactAttribute(CompressionCodec codec)
    {
        _codec = codec;
    }

    /// <inheritdoc/>
    public override string? Skip
    {
        get => _skip ?? CodecRequirement.Missing([_codec]);
        set => _skip = value;
    }
}
