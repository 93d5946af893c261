using System.Reflection;
using Heliostat.Protocol.Compression;
using Heliostat.Testing.Clusters;
using Xunit.Sdk;

namespace Heliostat.Testing.Embedded;

/// <summary>
/// A row of a theory for clusters of either kind: the one on embedded brokers. Its first argument is <see cref="TestClusters.Embedded"/>. Skipped, saying
/// why, where an argument names a codec whose library this machine lacks.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EmbeddedDataAttribute : DataAttribute
{
    private readonly object[] _rest;
    private string? _skip;

    public EmbeddedDataAttribute(params object[] rest)
    {
        _rest = rest;
    }

    /// <inheritdoc/>
    public override string? Skip
    {
        get => _skip ?? _rest.OfType<string>().Where(IsCodecMissing).Select(codec => $"the system's library for {codec} is not there").FirstOrDefault();
        set => _skip = value;
    }

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestClusters.Embedded, .. _rest]];

    private static bool IsCodecMissing(string text) => text is "zstd" or "lz4" && !Codecs.IsAvailable(Enum.Parse<CompressionCodec>(text, ignoreCase: true));
}
