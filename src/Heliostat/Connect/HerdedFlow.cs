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
    public bool Is(MirrorConnectors other) => Same(Connectors.Source, other.Source) && Same(Connectors.Checkpoint, other.Checkpoint) && Same(Connectors.Heartbeat, other.Heartbeat);

    /// <summary>Its positions and its group are named by the connector that leads it.</summary>
    public bool HasSameName(MirrorConnectors other) => Connectors.Source?.Name == other.Source?.Name;

    private static bool Same(WrittenConnector? one, WrittenConnector? other) => one is null || other is null
        ? one is null && other is null
        : one.Name == other.Name && one.Config.Count == other.Config.Count && one.Config.All(pair => other.Config.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
