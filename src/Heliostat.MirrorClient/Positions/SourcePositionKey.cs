using System.Diagnostics.CodeAnalysis;

namespace Heliostat.MirrorClient.Positions;

/// <summary>
/// The key under which the position of one source partition lies in a flow's offsets topic:
/// <c>["MirrorSourceConnector",{"cluster":"A","partition":3,"topic":"orders"}]</c>.
/// </summary>
/// <param name="Connector">The connector's name: <see cref="DefaultConnector"/>, unless it was set up on a Connect cluster under
/// another.</param>
/// <param name="Cluster">The source's alias.</param>
/// <param name="Partition">The source's partition.</param>
internal sealed record SourcePositionKey(string Connector, string Cluster, TopicPartition Partition)
{
    /// <summary>The name of the source connector in MirrorMaker 2's dedicated mode.</summary>
    public const string DefaultConnector = "MirrorSourceConnector";

    /// <summary>
    /// False for keys of other kinds. Fields may come in any order, where MirrorMaker 2 would not find the entry: who cares compares with
    /// <see cref="Write"/>.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> key, [NotNullWhen(true)] out SourcePositionKey? read)
    {
        read = null;
        if (!ConnectorKeyReader.TryRead(key, out var connector, out var fields) || !fields.TryText("cluster", out var cluster)
            || !fields.TryPartition(out var partition))
        {
            return false;
        }

        read = new(connector, cluster, partition);
        return true;
    }

    /// <summary>
    /// The bytes that MirrorMaker 2 writes and looks for. Their place is <see cref="Protocol.Records.Murmur2.Partition"/>.
    /// </summary>
    public byte[] Write() =>
        ConnectJson.Key(Connector, ("cluster", Cluster), ("partition", Partition.Partition), ("topic", Partition.Topic));
}
