using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Connect;

/// <summary>A flow that runs for its connectors.</summary>
internal sealed class HerdedFlow
{
    public required Flow Flow { get; init; }

    /// <summary>Ends it in order.</summary>
    public required CancellationTokenSource Stop { get; init; }

    /// <summary>Its run; awaited by who stops it.</summary>
    public required Task<MirrorOutcome> Running { get; init; }

    /// <summary>Its run waits for this.</summary>
    public required TaskCompletionSource Begin { get; init; }

    /// <summary>As it runs now.</summary>
    public required MirrorConnectors Connectors { get; set; }

    public required MirrorMaker2Configuration Configuration { get; set; }

    public required FlowOptions Options { get; set; }

    /// <summary>What the flow was told last of its records: to stand still, or to go on.</summary>
    public bool? StandsStill { get; set; }

    /// <summary>It ran, and what it remembered of pauses by itself was put right since.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The connectors have the same settings, the secrets among them too.</summary>
    /// <param name="other">As they are now.</param>
    /// <param name="but">A setting that may be another one.</param>
    public bool Is(MirrorConnectors other, string? but = null) =>
        Same(Connectors.Source, other.Source, but) && Same(Connectors.Checkpoint, other.Checkpoint, but)
            && Same(Connectors.Heartbeat, other.Heartbeat, but) && Connectors.Before.Count == other.Before.Count
            && Connectors.Before.Zip(other.Before).All(pair => Same(pair.First, pair.Second, key => !MirrorConnectors.IsOfTopics(key)));

    /// <summary>Its positions and its group are named by the connector that leads it.</summary>
    public bool HasSameName(MirrorConnectors other) => Connectors.Source?.Name == other.Source?.Name;

    private static bool Same(WrittenConnector? one, WrittenConnector? other, string? but) => Same(one, other, key => key == but);

    private static bool Same(WrittenConnector? one, WrittenConnector? other, Func<string, bool> passedOver) => one is null || other is null
        ? one is null && other is null
        : one.Name == other.Name && one.Config.Keys
            .Union(other.Config.Keys)
            .All(key => passedOver(key) || one.Config.GetValueOrDefault(key) == other.Config.GetValueOrDefault(key));
}
