using System.Diagnostics.CodeAnalysis;

namespace Heliostat.MirrorClient.Positions;

/// <summary>
/// The key of MirrorMaker 2's heartbeat connector in an offsets topic:
/// <c>["MirrorHeartbeatConnector",{"sourceClusterAlias":"A","targetClusterAlias":"B"}]</c>, with the value <c>{"offset":0}</c>, which
/// nobody reads.
/// </summary>
/// <param name="Connector">The connector's name, <see cref="DefaultConnector"/> as a rule.</param>
/// <param name="SourceClusterAlias">The flow's source.</param>
/// <param name="TargetClusterAlias">The flow's target.</param>
internal sealed record HeartbeatPositionKey(string Connector, string SourceClusterAlias, string TargetClusterAlias)
{
    /// <summary>The name of the heartbeat connector in MirrorMaker 2's dedicated mode.</summary>
    public const string DefaultConnector = "MirrorHeartbeatConnector";

    /// <summary>False for keys of other kinds.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> key, [NotNullWhen(true)] out HeartbeatPositionKey? read)
    {
        read = null;
        if (!ConnectorKeyReader.TryRead(key, out var connector, out var fields) || !fields.TryText("sourceClusterAlias", out var source)
            || !fields.TryText("targetClusterAlias", out var target))
        {
            return false;
        }

        read = new(connector, source, target);
        return true;
    }

    /// <summary>The bytes that MirrorMaker 2 writes.</summary>
    public byte[] Write() =>
        ConnectJson.Key(Connector, ("sourceClusterAlias", SourceClusterAlias), ("targetClusterAlias", TargetClusterAlias));
}
