using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Planning;

/// <summary>Finds out which topics a flow would create for its own use on one side, and what is wrong with those that are there.</summary>
internal sealed class InternalTopicTrial(AdminClient admin, string alias, string side)
{
    /// <summary>What would be created; <paramref name="refusals"/> gets what keeps the flow from starting.</summary>
    public async Task<IReadOnlyList<PlannedInternalTopic>> RunAsync(IReadOnlyList<InternalTopic> topics, List<string> refusals,
        CancellationToken ct)
    {
        if (topics.Count == 0)
        {
            return [];
        }

        var there = (await admin.DescribeTopicsAsync([.. topics.Select(t => t.Name)], ct))
            .Where(t => t.Partitions.Count > 0).Select(t => t.Name!).ToHashSet(StringComparer.Ordinal);
        InternalTopic[] missing = [.. topics.Where(t => !there.Contains(t.Name))];
        var planned = new List<PlannedInternalTopic>();
        foreach (var (topic, result) in missing.Length == 0 ? [] : missing.Zip(await TryAsync(missing, ct)))
        {
            var refusal = result.ErrorCode is ErrorCode.None or ErrorCode.TopicAlreadyExists ? null : Refused(topic, result);
            planned.Add(new PlannedInternalTopic(alias, topic.Name, topic.Partitions, topic.ReplicationFactor, refusal));
        }

        refusals.AddRange(planned.Select(topic => topic.Refusal).OfType<string>());
        await CheckAsync([.. topics.Where(t => t.IsReadBack && there.Contains(t.Name))], refusals, ct);
        return planned;
    }

    private async Task<IReadOnlyList<CreatableTopicResult>> TryAsync(InternalTopic[] missing, CancellationToken ct)
    {
        try
        {
            return await admin.CreateTopicsAsync([.. missing.Select(topic => topic.ToRequest())], validateOnly: true, ct);
        }
        catch (KafkaErrorException old) when (old.Code == ErrorCode.UnsupportedVersion)
        {
            return [.. missing.Select(topic => new CreatableTopicResult
            {
                Name = topic.Name,
                ErrorCode = old.Code,
                ErrorMessage = "its brokers are too old to create topics or to say whether they would"
            })];
        }
    }

    private string Refused(InternalTopic topic, CreatableTopicResult result)
    {
        var hint = result.ErrorCode == ErrorCode.InvalidReplicationFactor ? $"; {topic.Setting} sets it" : "";
        return Refusal.Text(side, $"create topic '{topic.Name}'", result.ErrorCode, result.ErrorMessage,
            "CREATE on the topic or the cluster") + hint;
    }

    private async Task CheckAsync(InternalTopic[] present, List<string> refusals, CancellationToken ct)
    {
        foreach (var (name, described) in await new ConfigReader(admin, side).TryReadAsync(present.Select(t => t.Name), ct))
        {
            if (described[InternalTopic.CleanupPolicy] is { } policy and not "compact")
            {
                refusals.Add(
                    $"{side}: topic '{name}' has cleanup.policy '{policy}' and would forget what is stored in it; set it to 'compact'");
            }
        }
    }
}
