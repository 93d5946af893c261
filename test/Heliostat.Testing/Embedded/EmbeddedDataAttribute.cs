using System.Reflection;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.Codecs;
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
        get => _skip ?? CodecRequirement.Missing(_rest);
        set => _skip = value;
    }

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestClusters.Embedded, .. _rest]];
}
