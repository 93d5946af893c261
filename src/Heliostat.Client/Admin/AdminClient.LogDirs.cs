using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Admin;

/// <remarks>Log folders: each broker knows its own.</remarks>
public sealed partial class AdminClient
{
    /// <summary>
    /// What each broker holds on disk of the topics, or of all when null; by broker id. A broker that does not answer has NETWORK_EXCEPTION. Where the principal
    /// may not ask, brokers before 2.6 answer with nothing at all instead of CLUSTER_AUTHORIZATION_FAILED.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<int, DescribeLogDirsResponse>> DescribeLogDirsAsync(
        IReadOnlyCollection<DescribableLogDirTopic>? topics, CancellationToken ct)
    {
        var brokers = (await DescribeClusterAsync(ct)).Brokers;
        var answers = await Task.WhenAll(brokers.Select(b => LogDirsOfAsync(b.BrokerId, topics, ct)));
        return brokers.Zip(answers).ToDictionary(pair => pair.First.BrokerId, pair => pair.Second);
    }

    private async Task<DescribeLogDirsResponse> LogDirsOfAsync(int node, IReadOnlyCollection<DescribableLogDirTopic>? topics, CancellationToken ct)
    {
        try
        {
            return await client.CallNodeAsync(node, new DescribeLogDirsRequest { Topics = topics is null ? null : [.. topics] }, ct);
        }
        catch (KafkaConnectionException)
        {
            return new DescribeLogDirsResponse { ErrorCode = ErrorCode.NetworkException };
        }
    }
}
