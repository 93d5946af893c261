using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Heliostat.Conformance.Endpoints.ConformanceFramework", "Heliostat.Conformance")]

namespace Heliostat.Conformance.Endpoints;

/// <summary>xunit as it is, which stops the clusters when the run is over.</summary>
public sealed class ConformanceFramework : XunitTestFramework
{
    public ConformanceFramework(IMessageSink messages)
        : base(messages)
    {
        DisposalTracker.Add(new ClusterStop());
    }

    private sealed class ClusterStop : IDisposable
    {
        // The framework can be disposed of in one way only.
        public void Dispose() => SharedEndpoints.StopAsync().GetAwaiter().GetResult();
    }
}
