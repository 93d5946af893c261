using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// One way of mirroring: who owns lanes, where positions live, which duties there are. A flow is the same whichever it is; a way only
/// brings its lives up.
/// </summary>
internal interface IFlowWay
{
    /// <summary>Whether another life follows one that lost what it stood on; otherwise the flow ends with it.</summary>
    bool BeginsAnew { get; }

    /// <summary>What its clusters are called; null where they have no aliases.</summary>
    FlowName? Names { get; }

    /// <summary>The flow was refused, and runs no more.</summary>
    void Leave();

    /// <summary>
    /// Brings a life up: checks the clusters, then gives the life its slots, who owns them and its duties. What it has started when it
    /// fails is ended by the life.
    /// </summary>
    /// <exception cref="Configuration.ConfigurationException">The flow must not run with these clusters.</exception>
    Task BeginAsync(FlowLife life, CancellationToken ct);
}
