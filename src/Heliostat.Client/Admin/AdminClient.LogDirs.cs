using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>Log folders: each broker knows its own.</remarks>
public sealed partial class AdminClient
{
    /// <summary>
    /// What each broker holds on disk of the topics, or of all when null; by broker id. A broker that does not answer has
    /// NETWORK_EXCEPTION. Where the principal may not ask, brokers before 2.6 answer with nothing at all instead of
    /// CLUSTER_AUTHORIZATION_FAILED.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<int, DescribeLogDirsResponse>> DescribeLogDirsAsync(
        IReadOnlyCollection<DescribableLogDirTopic>? topics, CancellationToken ct) =>
        await AskEveryBrokerAsync(
            () => new DescribeLogDirsRequest { Topics = topics is null ? null : [.. topics] },
            () => new DescribeLogDirsResponse { ErrorCode = ErrorCode.NetworkException },
            ct);
}
