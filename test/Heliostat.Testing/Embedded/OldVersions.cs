using Heliostat.Broker;
using Heliostat.Protocol.Messages;

namespace Heliostat.Testing.Embedded;

/// <summary>Embedded clusters that speak what an older Kafka does.</summary>
public static class OldVersions
{
    private static readonly Dictionary<ApiKey, short> NewestOf011 = new()
    {
        [ApiKey.Produce] = 3,
        [ApiKey.Fetch] = 5,
        [ApiKey.ListOffsets] = 2,
        [ApiKey.Metadata] = 4,
        [ApiKey.OffsetCommit] = 3,
        [ApiKey.OffsetFetch] = 3,
        [ApiKey.FindCoordinator] = 1,
        [ApiKey.JoinGroup] = 2,
        [ApiKey.Heartbeat] = 1,
        [ApiKey.LeaveGroup] = 1,
        [ApiKey.SyncGroup] = 1,
        [ApiKey.DescribeGroups] = 1,
        [ApiKey.ListGroups] = 1,
        [ApiKey.SaslHandshake] = 0,
        [ApiKey.ApiVersions] = 1,
        [ApiKey.CreateTopics] = 2,
        [ApiKey.DeleteTopics] = 1,
        [ApiKey.DeleteRecords] = 0,
        [ApiKey.InitProducerId] = 0,
        [ApiKey.AddPartitionsToTxn] = 0,
        [ApiKey.AddOffsetsToTxn] = 0,
        [ApiKey.EndTxn] = 0,
        [ApiKey.TxnOffsetCommit] = 0,
        [ApiKey.DescribeAcls] = 0,
        [ApiKey.CreateAcls] = 0,
        [ApiKey.DeleteAcls] = 0,
        [ApiKey.DescribeConfigs] = 0,
        [ApiKey.AlterConfigs] = 0,
    };

    /// <summary>
    /// As Kafka 0.11 (<c>Protocol.java</c> of 0.11.0), but for OffsetForLeaderEpoch, whose oldest form the embedded broker does not have.
    /// </summary>
    public static EmbeddedClusterOptions OfKafka011 { get; } = new() { NewestVersions = NewestOf011, TransactionVersion = 0 };
}
