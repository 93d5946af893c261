using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Membership;

/// <summary>
/// A real cluster. Every member has a connection of its own to the coordinator: a broker serves one request of a connection at a time, and
/// a join it holds back would hold back commits and, worse, the joins of other members of the same process.
/// </summary>
internal class KafkaMemberCluster(KafkaClient client, string groupId) : IMemberCluster
{
    private static int _members;

    private readonly int _connectionIndex = Interlocked.Increment(ref _members);

    public string Name => client.Options.Cluster;

    public Random Random => client.Options.Random;

    public TimeSpan CallTimeout => client.Options.CallTimeout;

    /// <summary>Whether the coordinator knows members of groups, as brokers do from 0.9 on. One attempt.</summary>
    public async ValueTask<bool> HasMembersAsync(CancellationToken ct) => (await CoordinatorAsync(ct)).Supports(Api.JoinGroup, 0);

    public async ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, TimeSpan timeout, CancellationToken ct)
        where TResponse : IBody, new()
    {
        var connection = await CoordinatorAsync(ct);
        try
        {
            return await connection.CallAsync(request, timeout, ct);
        }
        catch (KafkaConnectionException)
        {
            ForgetCoordinator();
            throw;
        }
    }

    public ValueTask<TResponse> AskUntilAnsweredAsync<TResponse>(
        IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct) where TResponse : IBody, new() =>
        client.CallCoordinatorAsync(CoordinatorType.Group, groupId, request, errorOf, ct);

    public void ForgetCoordinator() => client.ForgetCoordinator(CoordinatorType.Group, groupId);

    private async ValueTask<BrokerConnection> CoordinatorAsync(CancellationToken ct)
    {
        try
        {
            var node = await client.FindCoordinatorAsync(CoordinatorType.Group, groupId, ct);
            return await client.ConnectionAsync(node, ConnectionPurpose.Group, ct, _connectionIndex);
        }
        catch (KafkaConnectionException)
        {
            ForgetCoordinator();
            throw;
        }
    }
}
