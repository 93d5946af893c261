using System.Diagnostics.CodeAnalysis;

namespace Heliostat.MirrorClient.Positions;

/// <summary>
/// The key of MirrorMaker 2's checkpoint connector in an offsets topic:
/// <c>["MirrorCheckpointConnector",{"partition":3,"topic":"A.orders","group":"billing"}]</c>, with the value <c>{"offset":0}</c>, which
/// nobody reads.
/// </summary>
/// <param name="Connector">The connector's name, <see cref="DefaultConnector"/> as a rule.</param>
/// <param name="Group">The group.</param>
/// <param name="Partition">The partition, by its name on the target.</param>
internal sealed record CheckpointPositionKey(string Connector, string Group, TopicPartition Partition)
{
    /// <summary>The name of the checkpoint connector in MirrorMaker 2's dedicated mode.</summary>
    public const string DefaultConnector = "MirrorCheckpointConnector";

    /// <summary>False for keys of other kinds.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> key, [NotNullWhen(true)] out CheckpointPositionKey? read)
    {
        read = null;
        if (!ConnectorKeyReader.TryRead(key, out var connector, out var fields) || !fields.TryText("group", out var group)
            || !fields.TryPartition(out var partition))
        {
            return false;
        }

        read = new(connector, group, partition);
        return true;
    }

    /// <summary>The bytes that MirrorMaker 2 writes.</summary>
    public byte[] Write() => ConnectJson.Key(Connector, ("partition", Partition.Partition), ("topic", Partition.Topic), ("group", Group));
}
