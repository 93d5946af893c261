using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Which flows a file asks for, <c>MirrorMakerConfig.clusterPairs</c>.</summary>
internal static class FlowSelection
{
    private const string EmitHeartbeats = "emit.heartbeats.enabled";

    /// <summary>
    /// Every ordered pair of <paramref name="aliases"/> that is enabled or has heartbeats, which are on unless switched off. Only
    /// <c>true</c> is true here, in any case and without blanks around it; everything else is false and no error.
    /// </summary>
    public static IReadOnlyList<FlowName> Flows(IReadOnlyList<string> aliases, EffectiveProperties file) =>
    [
        .. from source in aliases
           from target in aliases
           where source != target
           let flow = new FlowName(source, target)
           where IsTrue(file[flow.Prefix + "enabled"]) || IsTrue(file[flow.Prefix + EmitHeartbeats] ?? file[EmitHeartbeats], absent: true)
           select flow,
    ];

    private static bool IsTrue(EffectiveValue? value, bool absent = false) =>
        value is null ? absent : value.Value.Equals("true", StringComparison.OrdinalIgnoreCase);
}
