using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Creates topics on the target and adds partitions to them, or only finds out what would come of it. Many at a time; what is refused of
/// one holds up no other.
/// </summary>
internal sealed partial class TopicCreator(AdminClient target, string side, ILogger logger)
{
    /// <summary>A KRaft controller takes 10,000 records at once; each partition is one, each config too.</summary>
    private const int MostPartitions = 2_000;

    private const int MostTopics = 100;

    private const string CreateRight = "CREATE on the topic or the cluster";

    /// <summary>The results are in the order of <paramref name="topics"/>.</summary>
    public async Task<IReadOnlyList<TopicOutcome>> CreateAsync(IReadOnlyList<CreatableTopic> topics, bool validateOnly,
        CancellationToken ct)
    {
        var outcomes = new Dictionary<string, TopicOutcome>(StringComparer.Ordinal);
        foreach (var chunk in Chunks(topics, topic => topic.NumPartitions))
        {
            var results = (await target.CreateTopicsAsync(chunk, validateOnly, ct)).ToDictionary(r => r.Name, StringComparer.Ordinal);
            foreach (var topic in chunk)
            {
                outcomes[topic.Name] = results.GetValueOrDefault(topic.Name) is not { } result
                    ? new TopicOutcome(topic.Name, ErrorCode.UnknownServerError,
                        Refusal.Text(side, Create(topic), ErrorCode.UnknownServerError, "no answer for it"), [])
                    : result.ErrorCode == ErrorCode.InvalidConfig && topic.Configs.Count > 0
                        ? await CreateWithoutRefusedAsync(topic, validateOnly, ct)
                    : Outcome(topic, result, []);
                if (!validateOnly && outcomes[topic.Name].Code == ErrorCode.None)
                {
                    LogCreated(logger, side, topic.Name, topic.NumPartitions);
                }
            }
        }

        return [.. topics.Select(topic => outcomes[topic.Name])];
    }

    /// <summary>The results are in the order of <paramref name="growths"/>.</summary>
    public async Task<IReadOnlyList<TopicOutcome>> GrowAsync(IReadOnlyList<TopicGrowth> growths, bool validateOnly, CancellationToken ct)
    {
        var outcomes = new Dictionary<string, TopicOutcome>(StringComparer.Ordinal);
        foreach (var chunk in Chunks(growths, growth => growth.To - growth.From))
        {
            var results = await target.CreatePartitionsAsync(
                [.. chunk.Select(g => new CreatePartitionsTopic { Name = g.Topic, Count = g.To, Assignments = null })], validateOnly, ct);
            foreach (var growth in chunk)
            {
                var name = growth.Topic;
                var result = results.FirstOrDefault(r => r.Name == name) ?? new CreatePartitionsTopicResult
                {
                    Name = name,
                    ErrorCode = ErrorCode.UnknownServerError,
                    ErrorMessage = "no answer for it"
                };
                outcomes[name] = new TopicOutcome(
                    name, result.ErrorCode,
                    result.ErrorCode == ErrorCode.None ? null
                        : Refusal.Text(side, $"grow topic '{name}' from {growth.From} to {growth.To} partitions", result.ErrorCode,
                            result.ErrorMessage, "ALTER on the topic"),
                    []);
                if (!validateOnly && result.ErrorCode == ErrorCode.None)
                {
                    LogGrown(logger, side, name, growth.From, growth.To);
                }
            }
        }

        return [.. growths.Select(growth => outcomes[growth.Topic])];
    }

    private async Task<TopicOutcome> CreateWithoutRefusedAsync(CreatableTopic topic, bool validateOnly, CancellationToken ct)
    {
        var (taken, refused) = await GreedyConfigs.SortAsync(topic.Configs, async (taken, config) =>
            await OneAsync(With(topic, [.. taken, config]), validateOnly: true, ct) is { ErrorCode: not ErrorCode.None } result
                ? Refusal.Text(side, $"set {config.Name} to '{config.Value}'", result.ErrorCode, result.ErrorMessage) : null);
        return Outcome(
            topic, await OneAsync(With(topic, taken), validateOnly, ct),
            [.. refused.Select(r => new ConfigRefusal(topic.Name, r.Item.Name, r.Cause))]);
    }

    private async Task<CreatableTopicResult> OneAsync(CreatableTopic topic, bool validateOnly, CancellationToken ct) =>
        (await target.CreateTopicsAsync([topic], validateOnly, ct))[0];

    private TopicOutcome Outcome(CreatableTopic topic, CreatableTopicResult result, IReadOnlyList<ConfigRefusal> refused) => new(
        topic.Name, result.ErrorCode,
        result.ErrorCode is ErrorCode.None or ErrorCode.TopicAlreadyExists
            ? null
            : Refusal.Text(side, Create(topic), result.ErrorCode, result.ErrorMessage, CreateRight),
        refused)
    {
        Configs = result.Configs?.ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal) ?? [],
    };

    private static string Create(CreatableTopic topic) =>
        $"create topic '{topic.Name}' with {topic.NumPartitions} partition{(topic.NumPartitions == 1 ? "" : "s")}";

    private static CreatableTopic With(CreatableTopic topic, IEnumerable<CreatableTopicConfig> configs) =>
        new()
        {
            Name =
            topic.Name,
            NumPartitions = topic.NumPartitions,
            ReplicationFactor = topic.ReplicationFactor,
            Configs = [.. configs]
        };

    private static IEnumerable<List<T>> Chunks<T>(IEnumerable<T> items, Func<T, int> partitions)
    {
        var chunk = new List<T>();
        var sum = 0;
        foreach (var item in items)
        {
            if (chunk.Count > 0 && (chunk.Count == MostTopics || sum + partitions(item) > MostPartitions))
            {
                yield return chunk;
                chunk = [];
                sum = 0;
            }

            chunk.Add(item);
            sum += partitions(item);
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }

    [LoggerMessage(EventIds.TopicCreated, LogLevel.Information, "{Side}: topic {Topic} created, partitions: {Partitions}")]
    private static partial void LogCreated(ILogger logger, string side, string topic, int partitions);

    [LoggerMessage(EventIds.PartitionsAdded, LogLevel.Information,
        "{Side}: topic {Topic} grown from {From} to {To} partitions, as its source was")]
    private static partial void LogGrown(ILogger logger, string side, string topic, int from, int to);
}
