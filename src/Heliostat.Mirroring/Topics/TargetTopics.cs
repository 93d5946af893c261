using System.Globalization;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Sees to it that a topic stands on the target before a lane writes to it: created with the source's partition count, never by the
/// broker's auto-creation, and awaited until every partition has a leader.
/// </summary>
internal sealed class TargetTopics(KafkaClient target, AdminClient admin, FlowOptions flow, ILogger logger)
{
    /// <summary>Configs that lanes waited for.</summary>
    public AwaitedConfigs Awaited { get; init; } = new();

    private readonly TopicCreator _creator = new(admin, SideNames.Unnamed.Target, logger);

    /// <summary>
    /// The topic, made if it is missing, after <paramref name="begin"/>. <paramref name="grow"/>: partitions are added up to
    /// <paramref name="partitions"/>.
    /// </summary>
    /// <exception cref="KafkaErrorException">The target refuses.</exception>
    public async Task<TargetTopic> EnsureAsync(string name, int partitions, bool grow, Func<PositionMark, Task> begin, CancellationToken ct)
    {
        target.Metadata.Track(name);
        var metadata = await target.Metadata.RefreshAsync(ct);
        var count = metadata.Topics.GetValueOrDefault(name)?.Partitions.Count ?? 0;
        if (count == 0)
        {
            await begin(new PositionMark(metadata.ClusterId ?? "", name));
            count = await CreateAsync(name, partitions, ct);
        }
        else if (grow && count < partitions)
        {
            count = await GrowAsync(name, count, partitions, ct);
        }

        var now = target.Metadata.Current;
        var mark = new PositionMark(now.ClusterId ?? "", name);
        return new TargetTopic(name, count, await MaxMessageBytesAsync(name, ct), mark);
    }

    /// <summary>
    /// Topics of the target that may be mirrors of <paramref name="source"/> under another name than <paramref name="mirror"/>, the name
    /// itself among them.
    /// </summary>
    public async Task<IReadOnlyList<string>> OtherMirrorsAsync(string source, string mirror, CancellationToken ct) =>
        [.. from topic in await admin.ListTopicsAsync(ct)
            let name = topic.Name
            where name is not null && name != mirror && name.EndsWith(source, StringComparison.Ordinal)
            select name];

    /// <summary>
    /// The topic's <c>max.message.bytes</c> as it is now; no limit where it may not be read: the target will say what is too large.
    /// </summary>
    public async Task<int> MaxMessageBytesAsync(string name, CancellationToken ct)
    {
        var results = await admin.TryDescribeConfigsAsync([TopicConfigs(name, "max.message.bytes")], ct);
        return results is [var topic, ..]
            && int.TryParse(topic.Configs.FirstOrDefault()?.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : int.MaxValue;
    }

    /// <summary>Whether a topic of the target holds records, or held some.</summary>
    public async Task<bool> IsFilledAsync(string name, CancellationToken ct)
    {
        var partitions =
            (await admin.DescribeTopicsAsync([name], ct))[0].Partitions.Select(p => new TopicPartition(name, p.PartitionIndex));
        var ends = await admin.ToldOffsetsAsync(partitions, OffsetSpec.Latest, ct);
        return ends.Values.Any(end => end > 0);
    }

    /// <summary>Configs of a topic as they are now; one that the target does not know or tell is missing.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> ConfigsAsync(string name, IReadOnlyCollection<string> configs,
        CancellationToken ct)
    {
        var results = await admin.TryDescribeConfigsAsync(
            [new DescribeConfigsResource
            {
                ResourceType = ConfigResourceType.Topic,
                ResourceName = name,
                ConfigurationKeys = [.. configs]
            }], ct);
        return results is [var topic, ..]
            ? topic.Configs.ToDictionary(config => config.Name, config => config.Value, StringComparer.Ordinal)
            : new Dictionary<string, string?>();
    }

    private async Task<int> CreateAsync(string name, int partitions, CancellationToken ct)
    {
        var topic = new CreatableTopic
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = (short)flow.Topics.ReplicationFactor
        };
        var made = Done((await _creator.CreateAsync([topic], validateOnly: false, ct))[0]);
        var present = (await admin.DescribeTopicsAsync([name], ct))[0].Partitions.Count;
        return await AwaitAsync(name, made.Code == ErrorCode.None ? partitions : Math.Max(present, 1), ct);
    }

    private async Task<int> GrowAsync(string name, int from, int to, CancellationToken ct)
    {
        Done((await _creator.GrowAsync([new TopicGrowth(name, from, to)], validateOnly: false, ct))[0]);
        return await AwaitAsync(name, to, ct);
    }

    private async Task<int> AwaitAsync(string name, int partitions, CancellationToken ct)
    {
        var missing = await admin.AwaitLeadersAsync(new Dictionary<string, int> { [name] = partitions }, flow.AdminTimeout, ct);
        if (missing.Count > 0)
        {
            throw new KafkaErrorException(ErrorCode.LeaderNotAvailable,
                $"target: {missing.Count} of {partitions} partitions of topic '{name}' have no leader");
        }

        return (await target.Metadata.RefreshAsync(ct)).Topics.GetValueOrDefault(name)?.Partitions.Count ?? partitions;
    }

    private static DescribeConfigsResource TopicConfigs(string name, string key) =>
        new() { ResourceType = ConfigResourceType.Topic, ResourceName = name, ConfigurationKeys = [key] };

    private static TopicOutcome Done(TopicOutcome outcome) =>
        outcome.IsDone ? outcome : throw new KafkaErrorException(outcome.Code, outcome.Cause!);
}
