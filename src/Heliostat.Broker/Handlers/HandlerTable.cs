
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>Every API that the broker serves; ApiVersions advertises exactly these, as far as they are not limited.</summary>
internal static class HandlerTable
{
    public static readonly IReadOnlyList<IApiHandler> All =
    [
        new ProduceHandler(),
        new FetchHandler(),
        new ListOffsetsHandler(),
        new MetadataHandler(),
        new OffsetCommitHandler(),
        new OffsetFetchHandler(),
        new FindCoordinatorHandler(),
        new JoinGroupHandler(),
        new HeartbeatHandler(),
        new LeaveGroupHandler(),
        new SyncGroupHandler(),
        new DescribeGroupsHandler(),
        new ListGroupsHandler(),
        new SaslHandshakeHandler(),
        new ApiVersionsHandler(),
        new CreateTopicsHandler(),
        new DeleteTopicsHandler(),
        new DeleteRecordsHandler(),
        new InitProducerIdHandler(),
        new OffsetForLeaderEpochHandler(),
        new AddPartitionsToTxnHandler(),
        new AddOffsetsToTxnHandler(),
        new EndTxnHandler(),
        new TxnOffsetCommitHandler(),
        new DescribeAclsHandler(),
        new CreateAclsHandler(),
        new DeleteAclsHandler(),
        new DescribeConfigsHandler(),
        new AlterConfigsHandler(),
        new DescribeLogDirsHandler(),
        new SaslAuthenticateHandler(),
        new CreatePartitionsHandler(),
        new DeleteGroupsHandler(),
        new ElectLeadersHandler(),
        new IncrementalAlterConfigsHandler(),
        new OffsetDeleteHandler(),
        new DescribeClientQuotasHandler(),
        new AlterClientQuotasHandler(),
        new DescribeUserScramCredentialsHandler(),
        new AlterUserScramCredentialsHandler(),
        new DescribeClusterHandler(),
        new DescribeProducersHandler(),
        new DescribeTransactionsHandler(),
        new ListTransactionsHandler(),
        new ListConfigResourcesHandler(),
        new DescribeTopicPartitionsHandler(),
    ];

    private static readonly IApiHandler?[] ByKey = Index();

    public static IApiHandler? Find(short apiKey) => (uint)apiKey < (uint)ByKey.Length ? ByKey[apiKey] : null;

    /// <summary>
    /// The versions of an API that a cluster serves; nothing of it where the last is before the first. One that is limited to less than we
    /// serve has just that version.
    /// </summary>
    public static (short First, short Last) Versions(IApiHandler handler, IReadOnlyDictionary<ApiKey, short>? newest) =>
        newest is null ? (handler.MinVersion, handler.MaxVersion)
        : newest.TryGetValue(handler.Api.Key, out var last) ? (Math.Min(handler.MinVersion, last), Math.Min(handler.MaxVersion, last))
        : ((short)0, (short)-1);

    private static IApiHandler?[] Index()
    {
        var index = new IApiHandler?[All.Max(handler => (int)handler.Api.Key) + 1];
        foreach (var handler in All) index[(int)handler.Api.Key] = handler;
        return index;
    }
}
