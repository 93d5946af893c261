using System.Reflection;
using Xunit.Sdk;

namespace Heliostat.Testing.RealKafka;

/// <summary>
/// A row of a theory for clusters of either kind: the first argument is the version of real brokers to run it on. Skipped, saying why,
/// where they are not at hand. The row for embedded brokers is an <c>[InlineData(TestClusters.Embedded, ..)]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KafkaDataAttribute : DataAttribute
{
    private readonly string _version;
    private readonly object[] _rest;
    private string? _skip;

    public KafkaDataAttribute(string version, params object[] rest)
    {
        _version = version;
        _rest = rest;
    }

    /// <inheritdoc/>
    public override string? Skip
    {
        get => _skip ?? KafkaRequirement.Missing([_version], kcat: false, slow: false);
        set => _skip = value;
    }

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_version, .. _rest]];
}
