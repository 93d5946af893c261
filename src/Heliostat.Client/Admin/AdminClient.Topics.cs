using System.Globalization;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>Topics: none of these calls creates a topic by asking for it.</remarks>
public sealed partial class AdminClient
{
    /// <summary>All topics of the cluster, internal ones included.</summary>
    public async ValueTask<IReadOnlyList<MetadataResponseTopic>> ListTopicsAsync(CancellationToken ct) =>
        (await client.CallAnyAsync(new MetadataRequest { Topics = null }, ct)).Topics;

    /// <summary>The topics with these names; an unknown one has UNKNOWN_TOPIC_OR_PARTITION.</summary>
    public async ValueTask<IReadOnlyList<MetadataResponseTopic>> DescribeTopicsAsync(IReadOnlyCollection<string> names,
        CancellationToken ct)
    {
        try
        {
            var request = new MetadataRequest
            {
                AllowAutoTopicCreation = false,
                Topics = [.. names.Select(n => new MetadataRequestTopic { Name = n })]
            };
            return (await client.CallAnyAsync(request, ct)).Topics;
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            // Brokers before 0.11 create what they are asked for by name: ask for all.
            var all = (await ListTopicsAsync(ct)).ToDictionary(t => t.Name!);
            return [.. names.Select(n => all.GetValueOrDefault(n) ?? new() { Name = n, ErrorCode = ErrorCode.UnknownTopicOrPartition })];
        }
    }

    /// <summary>
    /// Creates topics, or only says what would come of it. A count of -1 means the broker's default (KIP-464); for brokers before 2.4 it is
    /// read from the controller's <c>num.partitions</c> and <c>default.replication.factor</c>, and is Kafka's default of 1 where they
    /// cannot be read (before 0.11).
    /// </summary>
    public async ValueTask<IReadOnlyList<CreatableTopicResult>> CreateTopicsAsync(
        IReadOnlyList<CreatableTopic> topics, bool validateOnly, CancellationToken ct)
    {
        var request = new CreateTopicsRequest { Topics = [.. topics], TimeoutMs = TimeoutMs, ValidateOnly = validateOnly };
        try
        {
            return await CreateTopicsAsync(request, ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion && request.MinVersion >= 4)
        {
            request.Topics = await WithCountsAsync(topics, ct);
            return await CreateTopicsAsync(request, ct);
        }
    }

    /// <summary>Waits until a broker names a leader for partitions 0 to count-1 of each topic.</summary>
    /// <param name="partitionCounts">The topics and how many partitions each must have.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The partitions that still have no leader when the time is over; none when all are ready.</returns>
    public async ValueTask<IReadOnlyList<TopicPartition>> AwaitLeadersAsync(
        IReadOnlyDictionary<string, int> partitionCounts, TimeSpan within, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var missing = Leaderless(partitionCounts, await DescribeTopicsAsync([.. partitionCounts.Keys], ct));
            if (missing.Count == 0 || time.GetElapsedTime(start) >= within)
            {
                return missing;
            }

            await Task.Delay(_backOff.Next(attempt), time, ct);
        }
    }

    /// <summary>Raises partition counts, or only says what would come of it.</summary>
    public async ValueTask<IReadOnlyList<CreatePartitionsTopicResult>> CreatePartitionsAsync(
        IReadOnlyList<CreatePartitionsTopic> topics, bool validateOnly, CancellationToken ct)
    {
        var request = new CreatePartitionsRequest { Topics = [.. topics], TimeoutMs = TimeoutMs, ValidateOnly = validateOnly };
        return (await client.CallControllerAsync(request, r => FirstOf(r.Results.Select(t => t.ErrorCode)), ct)).Results;
    }

    /// <summary>Deletes topics with all they hold.</summary>
    public async ValueTask<IReadOnlyList<DeletableTopicResult>> DeleteTopicsAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        var request = new DeleteTopicsRequest
        {
            TopicNames = [.. names],
            Topics = [.. names.Select(n => new DeleteTopicState { Name = n })],
            TimeoutMs = TimeoutMs,
        };
        return (await client.CallControllerAsync(request, r => FirstOf(r.Responses.Select(t => t.ErrorCode)), ct)).Responses;
    }

    /// <summary>Deletes the topic with this id (KIP-516) with all it holds, and none of the same name that was made since.</summary>
    public async ValueTask<IReadOnlyList<DeletableTopicResult>> DeleteTopicAsync(Guid id, CancellationToken ct)
    {
        var request = new DeleteTopicsRequest { Topics = [new DeleteTopicState { TopicId = id }], TimeoutMs = TimeoutMs };
        return (await client.CallControllerAsync(request, r => FirstOf(r.Responses.Select(t => t.ErrorCode)), ct)).Responses;
    }

    private async ValueTask<IReadOnlyList<CreatableTopicResult>> CreateTopicsAsync(CreateTopicsRequest request, CancellationToken ct) =>
        (await client.CallControllerAsync(request, r => FirstOf(r.Topics.Select(t => t.ErrorCode)), ct)).Topics;

    private async ValueTask<List<CreatableTopic>> WithCountsAsync(IReadOnlyList<CreatableTopic> topics, CancellationToken ct)
    {
        var defaults = await BrokerDefaultsAsync(ct);
        return
        [
            .. topics.Select(topic => new CreatableTopic
            {
                Name = topic.Name,
                NumPartitions = topic.NumPartitions == -1 && topic.Assignments.Count == 0 ? defaults.Partitions : topic.NumPartitions,
                ReplicationFactor = topic.ReplicationFactor == -1 && topic.Assignments.Count == 0
                    ? defaults.ReplicationFactor
                    : topic.ReplicationFactor,
                Assignments = topic.Assignments,
                Configs = topic.Configs,
            }),
        ];
    }

    private async ValueTask<(int Partitions, short ReplicationFactor)> BrokerDefaultsAsync(CancellationToken ct)
    {
        var resource = new DescribeConfigsResource
        {
            ResourceType = ConfigResourceType.Broker,
            ResourceName = (await DescribeClusterAsync(ct)).ControllerId.ToString(CultureInfo.InvariantCulture),
            ConfigurationKeys = ["num.partitions", "default.replication.factor"],
        };
        var values = (await TryDescribeConfigsAsync([resource], ct)).SelectMany(r => r.Configs).ToDictionary(c => c.Name, c => c.Value);
        return (int.Parse(values.GetValueOrDefault("num.partitions") ?? "1", CultureInfo.InvariantCulture),
            short.Parse(values.GetValueOrDefault("default.replication.factor") ?? "1", CultureInfo.InvariantCulture));
    }

    private static List<TopicPartition> Leaderless(IReadOnlyDictionary<string, int> partitionCounts,
        IReadOnlyList<MetadataResponseTopic> topics)
    {
        var led = topics
            .SelectMany(t => t.Partitions.Where(p => p.LeaderId >= 0).Select(p => new TopicPartition(t.Name!, p.PartitionIndex)))
            .ToHashSet();
        return [.. partitionCounts
            .SelectMany(t => Enumerable.Range(0, t.Value).Select(i => new TopicPartition(t.Key, i))).Where(p => !led.Contains(p))];
    }
}
