namespace Heliostat.Protocol.Messages;

/// <summary>
/// One API of the Kafka protocol: its key, the versions served here (from the oldest of Kafka 0.10.2 to the newest of 4.3.1) and the first
/// flexible one (KIP-482). Client and broker negotiate from this table; tests enumerate it.
/// </summary>
public sealed record Api(ApiKey Key, short MinVersion, short MaxVersion, short FlexibleFrom)
{
    private const short NeverFlexible = short.MaxValue;

    public static readonly Api Produce = new(ApiKey.Produce, 0, 13, 9);
    public static readonly Api Fetch = new(ApiKey.Fetch, 0, 18, 12);
    public static readonly Api ListOffsets = new(ApiKey.ListOffsets, 0, 11, 6);
    public static readonly Api Metadata = new(ApiKey.Metadata, 0, 13, 9);
    public static readonly Api OffsetCommit = new(ApiKey.OffsetCommit, 0, 10, 8);
    public static readonly Api OffsetFetch = new(ApiKey.OffsetFetch, 0, 10, 6);
    public static readonly Api FindCoordinator = new(ApiKey.FindCoordinator, 0, 6, 3);
    public static readonly Api JoinGroup = new(ApiKey.JoinGroup, 0, 9, 6);
    public static readonly Api Heartbeat = new(ApiKey.Heartbeat, 0, 4, 4);
    public static readonly Api LeaveGroup = new(ApiKey.LeaveGroup, 0, 5, 4);
    public static readonly Api SyncGroup = new(ApiKey.SyncGroup, 0, 5, 4);
    public static readonly Api DescribeGroups = new(ApiKey.DescribeGroups, 0, 6, 5);
    public static readonly Api ListGroups = new(ApiKey.ListGroups, 0, 5, 3);
    public static readonly Api SaslHandshake = new(ApiKey.SaslHandshake, 0, 1, NeverFlexible);
    public static readonly Api ApiVersions = new(ApiKey.ApiVersions, 0, 4, 3);
    public static readonly Api CreateTopics = new(ApiKey.CreateTopics, 0, 7, 5);
    public static readonly Api DeleteTopics = new(ApiKey.DeleteTopics, 0, 6, 4);
    public static readonly Api DeleteRecords = new(ApiKey.DeleteRecords, 0, 2, 2);
    public static readonly Api InitProducerId = new(ApiKey.InitProducerId, 0, 5, 2);
    public static readonly Api OffsetForLeaderEpoch = new(ApiKey.OffsetForLeaderEpoch, 0, 4, 4);
    public static readonly Api AddPartitionsToTxn = new(ApiKey.AddPartitionsToTxn, 0, 5, 3);
    public static readonly Api AddOffsetsToTxn = new(ApiKey.AddOffsetsToTxn, 0, 4, 3);
    public static readonly Api EndTxn = new(ApiKey.EndTxn, 0, 5, 3);
    public static readonly Api TxnOffsetCommit = new(ApiKey.TxnOffsetCommit, 0, 5, 3);
    public static readonly Api DescribeAcls = new(ApiKey.DescribeAcls, 0, 3, 2);
    public static readonly Api CreateAcls = new(ApiKey.CreateAcls, 0, 3, 2);
    public static readonly Api DeleteAcls = new(ApiKey.DeleteAcls, 0, 3, 2);
    public static readonly Api DescribeConfigs = new(ApiKey.DescribeConfigs, 0, 4, 4);
    public static readonly Api AlterConfigs = new(ApiKey.AlterConfigs, 0, 2, 2);
    public static readonly Api DescribeLogDirs = new(ApiKey.DescribeLogDirs, 0, 5, 2);
    public static readonly Api SaslAuthenticate = new(ApiKey.SaslAuthenticate, 0, 2, 2);
    public static readonly Api CreatePartitions = new(ApiKey.CreatePartitions, 0, 3, 2);
    public static readonly Api DeleteGroups = new(ApiKey.DeleteGroups, 0, 2, 2);
    public static readonly Api ElectLeaders = new(ApiKey.ElectLeaders, 0, 2, 2);
    public static readonly Api IncrementalAlterConfigs = new(ApiKey.IncrementalAlterConfigs, 0, 1, 1);
    public static readonly Api ListPartitionReassignments = new(ApiKey.ListPartitionReassignments, 0, 0, 0);
    public static readonly Api OffsetDelete = new(ApiKey.OffsetDelete, 0, 0, NeverFlexible);
    public static readonly Api DescribeClientQuotas = new(ApiKey.DescribeClientQuotas, 0, 1, 1);
    public static readonly Api AlterClientQuotas = new(ApiKey.AlterClientQuotas, 0, 1, 1);
    public static readonly Api DescribeUserScramCredentials = new(ApiKey.DescribeUserScramCredentials, 0, 0, 0);
    public static readonly Api AlterUserScramCredentials = new(ApiKey.AlterUserScramCredentials, 0, 0, 0);
    public static readonly Api DescribeCluster = new(ApiKey.DescribeCluster, 0, 2, 0);
    public static readonly Api DescribeProducers = new(ApiKey.DescribeProducers, 0, 0, 0);
    public static readonly Api DescribeTransactions = new(ApiKey.DescribeTransactions, 0, 0, 0);
    public static readonly Api ListTransactions = new(ApiKey.ListTransactions, 0, 2, 0);
    public static readonly Api ConsumerGroupHeartbeat = new(ApiKey.ConsumerGroupHeartbeat, 0, 1, 0);
    public static readonly Api ConsumerGroupDescribe = new(ApiKey.ConsumerGroupDescribe, 0, 1, 0);
    public static readonly Api ListConfigResources = new(ApiKey.ListConfigResources, 0, 1, 0);
    public static readonly Api DescribeTopicPartitions = new(ApiKey.DescribeTopicPartitions, 0, 0, 0);

    /// <summary>Every API served, by key.</summary>
    public static readonly IReadOnlyList<Api> All =
    [
        Produce, Fetch, ListOffsets, Metadata, OffsetCommit, OffsetFetch, FindCoordinator, JoinGroup, Heartbeat, LeaveGroup, SyncGroup,
        DescribeGroups, ListGroups, SaslHandshake, ApiVersions, CreateTopics, DeleteTopics, DeleteRecords, InitProducerId,
        OffsetForLeaderEpoch, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn, TxnOffsetCommit, DescribeAcls, CreateAcls, DeleteAcls,
        DescribeConfigs, AlterConfigs, DescribeLogDirs, SaslAuthenticate, CreatePartitions, DeleteGroups, ElectLeaders,
        IncrementalAlterConfigs, ListPartitionReassignments, OffsetDelete, DescribeClientQuotas, AlterClientQuotas,
        DescribeUserScramCredentials, AlterUserScramCredentials, DescribeCluster, DescribeProducers, DescribeTransactions, ListTransactions,
        ConsumerGroupHeartbeat, ConsumerGroupDescribe, ListConfigResources, DescribeTopicPartitions,
    ];

    private static readonly Api?[] ByNumber =
        [.. Enumerable.Range(0, (int)All[^1].Key + 1).Select(number => All.FirstOrDefault(api => (int)api.Key == number))];

    /// <summary>The API with this key; null when it is not served.</summary>
    public static Api? ByKey(ApiKey key) => (uint)key < (uint)ByNumber.Length ? ByNumber[(int)key] : null;

    public bool IsFlexible(short version) => version >= FlexibleFrom;

    /// <summary>Request header 2 carries tagged fields; 1 ends with the client id.</summary>
    public short RequestHeaderVersion(short version) => IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>
    /// Response header 1 carries tagged fields; the ApiVersions response always has 0, so that any client can read it (KIP-511).
    /// </summary>
    public short ResponseHeaderVersion(short version) => IsFlexible(version) && Key != ApiKey.ApiVersions ? (short)1 : (short)0;
}
