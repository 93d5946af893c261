using System.Globalization;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Ownership;

/// <summary>The target's topic for transactions, which its brokers make when somebody first asks for a coordinator.</summary>
internal static class TransactionTopic
{
    private const string Name = "__transaction_state";
    private const string Replicas = "transaction.state.log.replication.factor";

    /// <summary>
    /// Has it made where there is none: that takes seconds, in which a flow can begin otherwise. Returns why it cannot be made, so that
    /// nobody waits for a term; null where it can, or nobody tells.
    /// </summary>
    public static async Task<string?> PrepareAsync(AdminClient admin, KafkaClient client, string transactionalId, CancellationToken ct)
    {
        try
        {
            if ((await admin.DescribeTopicsAsync([Name], ct))[0].ErrorCode != ErrorCode.UnknownTopicOrPartition)
            {
                return null;
            }

            var cluster = await admin.DescribeClusterAsync(ct);
            if (await ReplicasAsync(admin, cluster, ct) is { } wanted && wanted > cluster.Brokers.Count)
            {
                return $"its topic for transactions wants {wanted} brokers ({Replicas}), and there are {cluster.Brokers.Count}";
            }

            await client.CallAnyAsync(
                new FindCoordinatorRequest
                {
                    Key = transactionalId,
                    KeyType = CoordinatorType.Transaction,
                    CoordinatorKeys = [transactionalId]
                },
                ct);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            // Whoever takes a term hears of it.
        }

        return null;
    }

    private static async Task<int?> ReplicasAsync(AdminClient admin, DescribeClusterResponse cluster, CancellationToken ct)
    {
        var resource = new DescribeConfigsResource
        {
            ResourceType = ConfigResourceType.Broker,
            ResourceName = cluster.ControllerId.ToString(CultureInfo.InvariantCulture),
            ConfigurationKeys = [Replicas],
        };
        var value = (await admin.DescribeConfigsAsync([resource], ct))[0].Configs.Find(config => config.Name == Replicas)?.Value;
        return int.TryParse(value, CultureInfo.InvariantCulture, out var replicas) ? replicas : null;
    }
}
