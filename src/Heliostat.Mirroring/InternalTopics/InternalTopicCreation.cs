using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Configuration;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>
/// Sees to it that internal topics are there and are what they must be: created compacted, never by auto-creation, awaited until every
/// partition has a leader (MirrorMaker 2's <c>MirrorUtils.createCompactedTopic</c> and Connect's <c>TopicAdmin.createOrFindTopics</c>).
/// </summary>
internal sealed partial class InternalTopicCreation(AdminClient admin, string cluster, TimeSpan within, ILogger logger)
{
    /// <summary>How many partitions each of <paramref name="topics"/> has, in their order.</summary>
    /// <exception cref="KafkaErrorException">One cannot be created or read.</exception>
    /// <exception cref="ConfigurationException">One is there and must not be used as it is.</exception>
    public async Task<int[]> EnsureAsync(IReadOnlyList<InternalTopic> topics, CancellationToken ct)
    {
        var present = await PresentAsync(topics, ct);
        InternalTopic[] missing = [.. topics.Where(topic => !present.ContainsKey(topic.Name))];
        if (missing.Length > 0)
        {
            await CreateAsync(missing, ct);
        }

        var unready = await admin.AwaitLeadersAsync(
            topics.ToDictionary(topic => topic.Name, topic => present.GetValueOrDefault(topic.Name, Math.Max(topic.Partitions, 1))), within,
            ct);
        if (unready.Count > 0)
        {
            throw new KafkaErrorException(ErrorCode.LeaderNotAvailable,
                $"{cluster}: partition {unready[0].Partition} of topic '{unready[0].Topic}' has no leader");
        }

        if (missing.Length > 0)
        {
            // Records are placed by the count: one that is only assumed would put them where nobody looks later.
            present = await PresentAsync(topics, ct);
            if (topics.FirstOrDefault(topic => !present.ContainsKey(topic.Name)) is { } unknown)
            {
                throw new KafkaErrorException(ErrorCode.UnknownTopicOrPartition,
                    $"{cluster}: topic '{unknown.Name}' was created and is not known yet");
            }
        }

        await CheckAsync([.. topics.Except(missing).Where(topic => topic.IsCompacted)], present, ct);
        return [.. topics.Select(topic => present[topic.Name])];
    }

    private async Task<Dictionary<string, int>> PresentAsync(IReadOnlyList<InternalTopic> topics, CancellationToken ct)
    {
        Dictionary<string, int> present = [];
        foreach (var topic in await admin.DescribeTopicsAsync([.. topics.Select(topic => topic.Name)], ct))
        {
            switch (topic.ErrorCode)
            {
                case ErrorCode.None or ErrorCode.LeaderNotAvailable when topic.Partitions.Count > 0:
                    present[topic.Name!] = topic.Partitions.Count;
                    break;
                case ErrorCode.None or ErrorCode.LeaderNotAvailable or ErrorCode.UnknownTopicOrPartition:
                    break;
                default:
                    throw new KafkaErrorException(topic.ErrorCode,
                        $"{cluster}: topic '{topic.Name}' cannot be looked up: {topic.ErrorCode.Name()}");
            }
        }

        return present;
    }

    private async Task CreateAsync(InternalTopic[] missing, CancellationToken ct)
    {
        foreach (var result in await admin.CreateTopicsAsync([.. missing.Select(topic => topic.ToRequest())], validateOnly: false, ct))
        {
            var topic = Array.Find(missing, topic => topic.Name == result.Name)!;
            if (result.ErrorCode == ErrorCode.None)
            {
                LogCreated(logger, cluster, topic.Name);
            }
            else if (result.ErrorCode != ErrorCode.TopicAlreadyExists)
            {
                throw new KafkaErrorException(result.ErrorCode, Refusal(topic, result));
            }
        }
    }

    private string Refusal(InternalTopic topic, CreatableTopicResult result)
    {
        var hint = result.ErrorCode == ErrorCode.InvalidReplicationFactor
            ? $"; {topic.Setting} sets its replication factor, {topic.ReplicationFactor}"
            : "";
        return $"{cluster}: topic '{topic.Name}' cannot be created: "
            + $"{result.ErrorCode.Name()}{(string.IsNullOrEmpty(result.ErrorMessage) ? "" : $" ({result.ErrorMessage})")}{hint}";
    }

    /// <summary>
    /// Topics that somebody else created: state that is read back must not age, and what readers look for in partition 0 must be there.
    /// </summary>
    private async Task CheckAsync(InternalTopic[] found, Dictionary<string, int> present, CancellationToken ct)
    {
        foreach (var topic in found.Where(topic => topic is { Partitions: 1, IsReadBack: false } && present[topic.Name] > 1))
        {
            LogPartitions(logger, cluster, topic.Name, present[topic.Name]);
        }

        DescribeConfigsResource[] resources =
        [
            .. found.Select(topic => new DescribeConfigsResource
            {
                ResourceType = ConfigResourceType.Topic,
                ResourceName = topic.Name,
                ConfigurationKeys = [InternalTopic.CleanupPolicy]
            }),
        ];
        foreach (var result in resources.Length == 0 ? [] : await admin.TryDescribeConfigsAsync(resources, ct))
        {
            // Who may not read configs has to trust whoever made the topic.
            var policy = result.Configs.FirstOrDefault()?.Value;
            if (policy is null or "compact")
            {
                continue;
            }

            if (Array.Find(found, topic => topic.Name == result.ResourceName)!.IsReadBack)
            {
                throw new ConfigurationException(
                    $"{cluster}: topic '{result.ResourceName}' has cleanup.policy '{policy}' and would forget what is stored in it: set it "
                        + "to 'compact', or delete the topic if nothing in it is needed");
            }

            LogPolicy(logger, cluster, result.ResourceName, policy);
        }
    }

    [LoggerMessage(EventIds.InternalTopicCreated, LogLevel.Information, "{Cluster}: topic {Topic} created")]
    private static partial void LogCreated(ILogger logger, string cluster, string topic);

    [LoggerMessage(EventIds.InternalTopicPartitions, LogLevel.Warning,
        "{Cluster}: topic {Topic} has {Partitions} partitions; only partition 0 is used, as MirrorMaker 2 does")]
    private static partial void LogPartitions(ILogger logger, string cluster, string topic, int partitions);

    [LoggerMessage(EventIds.InternalTopicPolicy, LogLevel.Warning,
        "{Cluster}: topic {Topic} has cleanup.policy {Policy} instead of compact: what is older than its retention is forgotten")]
    private static partial void LogPolicy(ILogger logger, string cluster, string topic, string policy);
}
