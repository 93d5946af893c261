using System.Reflection;
using Heliostat.Testing.Clusters;
using Xunit.Sdk;

namespace Heliostat.Testing.Embedded;

/// <summary>
/// A row of a theory for clusters of either kind: the one on embedded brokers. Its first argument is <see cref="TestClusters.Embedded"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EmbeddedDataAttribute(params object[] rest) : DataAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestClusters.Embedded, .. rest]];
}
