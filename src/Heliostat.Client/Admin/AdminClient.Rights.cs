using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>Rights: what this client's principal may do (KIP-430), a bit for each of Kafka's operations.</remarks>
public sealed partial class AdminClient
{
    /// <summary>What brokers answer that do not know rights, and topics that are not there.</summary>
    public const int RightsUnknown = int.MinValue;

    /// <summary>The rights on the cluster; <see cref="RightsUnknown"/> from brokers before 2.3.</summary>
    public async ValueTask<int> ClusterRightsAsync(CancellationToken ct)
    {
        try
        {
            return (await client.CallAnyAsync(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, ct)).ClusterAuthorizedOperations;
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return await OldClusterRightsAsync(ct);
        }
    }

    /// <summary>The rights on each of the topics; <see cref="RightsUnknown"/> from brokers before 2.3.</summary>
    public async ValueTask<IReadOnlyDictionary<string, int>> TopicRightsAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(names);
        try
        {
            var request = new MetadataRequest
            {
                AllowAutoTopicCreation = false,
                IncludeTopicAuthorizedOperations = true,
                Topics = [.. names.Select(n => new MetadataRequestTopic { Name = n })],
            };
            return (await client.CallAnyAsync(request, ct)).Topics.Where(t => t.Name is not null).ToDictionary(t => t.Name!, t => t.TopicAuthorizedOperations);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return names.ToDictionary(n => n, _ => RightsUnknown);
        }
    }

    private async ValueTask<int> OldClusterRightsAsync(CancellationToken ct)
    {
        try
        {
            return (await client.CallAnyAsync(new MetadataRequest { Topics = [], IncludeClusterAuthorizedOperations = true }, ct)).ClusterAuthorizedOperations;
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return RightsUnknown;
        }
    }
}
