using System.Globalization;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Configuration;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Sees to it that a topic stands on the target before a lane writes to it: created with the source's partition count, never by the broker's
/// auto-creation, and awaited until every partition has a leader.
/// </summary>
internal sealed partial class TargetTopics(KafkaClient target, AdminClient admin, TopicCreationOptions options, ILogger logger)
{
    /// <summary>The broker's own default of <c>max.message.bytes</c>, for where it may not be asked.</summary>
    private const int DefaultMaxMessageBytes = 1_048_588;

    /// <summary>The topic, made if it is missing. <paramref name="grow"/>: partitions are added up to <paramref name="partitions"/>.</summary>
    /// <exception cref="KafkaErrorException">The target refuses.</exception>
    public async Task<TargetTopic> EnsureAsync(string name, int partitions, bool grow, CancellationToken ct)
    {
        target.Metadata.Track(name);
        var metadata = await target.Metadata.RefreshAsync(ct);
        var count = metadata.Topics.GetValueOrDefault(name)?.Partitions.Count ?? 0;
        if (count == 0)
        {
            count = await CreateAsync(name, partitions, ct);
        }
        else if (grow && count < partitions)
        {
            count = await GrowAsync(name, count, partitions, ct);
        }

        return new TargetTopic(name, count, await MaxMessageBytesAsync(name, ct));
    }

    /// <summary>The topic's <c>max.message.bytes</c> as it is now; the broker's default where reading it is not allowed.</summary>
    public async Task<int> MaxMessageBytesAsync(string name, CancellationToken ct)
    {
        var results = await admin.DescribeConfigsAsync([TopicConfigs(name, "max.message.bytes")], ct);
        return int.TryParse(results[0].Configs.FirstOrDefault()?.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : DefaultMaxMessageBytes;
    }

    private async Task<int> CreateAsync(string name, int partitions, CancellationToken ct)
    {
        var topic = new CreatableTopic { Name = name, NumPartitions = partitions, ReplicationFactor = options.ReplicationFactor };
        var result = (await admin.CreateTopicsAsync([topic], validateOnly: false, ct))[0];
        if (result.ErrorCode is not (ErrorCode.None or ErrorCode.TopicAlreadyExists))
        {
            throw Refused($"create topic '{name}' with {partitions} partitions", result.ErrorCode, result.ErrorMessage);
        }

        if (result.ErrorCode == ErrorCode.None)
        {
            LogCreated(logger, name, partitions);
        }

        var present = (await admin.DescribeTopicsAsync([name], ct))[0].Partitions.Count;
        return await AwaitAsync(name, result.ErrorCode == ErrorCode.None ? partitions : Math.Max(present, 1), ct);
    }

    private async Task<int> GrowAsync(string name, int from, int to, CancellationToken ct)
    {
        var result = (await admin.CreatePartitionsAsync([new CreatePartitionsTopic { Name = name, Count = to, Assignments = null }], validateOnly: false, ct))[0];
        if (result.ErrorCode != ErrorCode.None)
        {
            throw Refused($"grow topic '{name}' from {from} to {to} partitions", result.ErrorCode, result.ErrorMessage);
        }

        LogGrown(logger, name, from, to);
        return await AwaitAsync(name, to, ct);
    }

    private async Task<int> AwaitAsync(string name, int partitions, CancellationToken ct)
    {
        var missing = await admin.AwaitLeadersAsync(new Dictionary<string, int> { [name] = partitions }, options.Timeout, ct);
        if (missing.Count > 0)
        {
            throw new KafkaErrorException(ErrorCode.LeaderNotAvailable, $"target: {missing.Count} of {partitions} partitions of topic '{name}' have no leader");
        }

        return (await target.Metadata.RefreshAsync(ct)).Topics.GetValueOrDefault(name)?.Partitions.Count ?? partitions;
    }

    private static DescribeConfigsResource TopicConfigs(string name, string key) =>
        new() { ResourceType = (sbyte)ConfigResourceType.Topic, ResourceName = name, ConfigurationKeys = [key] };

    private static KafkaErrorException Refused(string what, ErrorCode code, string? message) =>
        new(code, $"target: cannot {what}: {code.Name()}{(string.IsNullOrEmpty(message) ? "" : $" ({message})")}");

    [LoggerMessage(EventIds.TopicCreated, LogLevel.Information, "target: topic {Topic} created with {Partitions} partitions")]
    private static partial void LogCreated(ILogger logger, string topic, int partitions);

    [LoggerMessage(EventIds.PartitionsAdded, LogLevel.Information, "target: topic {Topic} grown from {From} to {To} partitions, as its source was")]
    private static partial void LogGrown(ILogger logger, string topic, int from, int to);
}
