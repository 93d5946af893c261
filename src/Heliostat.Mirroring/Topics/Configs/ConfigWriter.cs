using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>
/// Changes configs of the target's topics, or only finds out what would come of it. A target that does not know single changes (before 2.3)
/// is given all configs of a topic at once: those that it has, with the changes in them. What somebody else changes in between is then
/// lost, as with Kafka's own tools.
/// </summary>
internal sealed class ConfigWriter(AdminClient target, string side)
{
    private const int TopicsAtOnce = 100;
    private const string Right = "ALTER_CONFIGS on the topic";

    private bool _atOnce;

    public async Task<ConfigReport> WriteAsync(IReadOnlyList<TopicConfigPlan> topics, bool validateOnly, CancellationToken ct)
    {
        var changed = new List<(string Topic, ConfigChange Change)>();
        var refused = new List<ConfigRefusal>();
        foreach (var chunk in topics.Chunk(TopicsAtOnce))
        {
            var answers = await AskAsync(chunk, validateOnly, ct);
            for (var i = 0; i < chunk.Length; i++)
            {
                await SettleAsync(chunk[i], answers[i], validateOnly, changed, refused, ct);
            }
        }

        return new ConfigReport(changed, refused);
    }

    private async Task SettleAsync(
        TopicConfigPlan topic, Answer answer, bool validateOnly, List<(string Topic, ConfigChange Change)> changed,
        List<ConfigRefusal> refused, CancellationToken ct)
    {
        if (answer.Code == ErrorCode.None)
        {
            changed.AddRange(topic.Changes.Select(change => (topic.Topic, change)));
        }
        else if (Refusal.IsMissingRight(answer.Code) || answer.Code == ErrorCode.UnknownTopicOrPartition || answer.Code.IsRetriable())
        {
            refused.Add(new ConfigRefusal(topic.Topic, null,
                Refusal.Text(side, $"change configs of topic '{topic.Topic}'", answer.Code, answer.Message, Right)));
        }
        else if (topic.Changes.Count == 1)
        {
            refused.Add(Refused(topic.Topic, topic.Changes[0], answer));
        }
        else
        {
            var (taken, left) = await GreedyConfigs.SortAsync(topic.Changes, async (taken, change) =>
            {
                IReadOnlyList<ConfigChange> together = validateOnly || _atOnce ? [.. taken, change] : [change];
                var one = (await AskAsync([topic with { Changes = together }], validateOnly, ct))[0];
                return one.Code == ErrorCode.None ? null : Refused(topic.Topic, change, one).Cause;
            });
            changed.AddRange(taken.Select(change => (topic.Topic, change)));
            refused.AddRange(left.Select(l => new ConfigRefusal(topic.Topic, l.Item.Name, l.Cause)));
        }
    }

    private async Task<Answer[]> AskAsync(TopicConfigPlan[] topics, bool validateOnly, CancellationToken ct)
    {
        if (!_atOnce)
        {
            try
            {
                var single = InOrder(topics, await target.IncrementalAlterConfigsAsync([.. topics.Select(Single)], validateOnly, ct));
                if (Array.Exists(single, answer => answer.Code != ErrorCode.UnsupportedVersion))
                {
                    return single;
                }
            }
            catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
            {
                // Before 2.3.
            }

            _atOnce = true;
        }

        // A value that cannot be read cannot be given back either.
        var hidden = topics.Where(topic => topic.Present.Any(c => c.Origin == ConfigOrigin.Topic && c.Value is null)).ToHashSet();
        TopicConfigPlan[] readable = [.. topics.Where(topic => !hidden.Contains(topic))];
        var answers = readable.Length == 0
            ? []
            : InOrder(readable, await target.AlterConfigsAsync([.. readable.Select(Whole)], validateOnly, ct));
        return [.. topics.Select(topic => hidden.Contains(topic)
            ? new Answer(ErrorCode.UnsupportedVersion,
                "the target takes a topic's configs only all at once, and one of them cannot be read")
            : answers[Array.IndexOf(readable, topic)])];
    }

    private static IncrementalAlterConfigsAlterConfigsResource Single(TopicConfigPlan topic) => new()
    {
        ResourceType = ConfigResourceType.Topic,
        ResourceName = topic.Topic,
        Configs = [.. topic.Changes.Select(c => new IncrementalAlterConfigsAlterableConfig
        {
            Name = c.Name,
            ConfigOperation = (sbyte)c.Operation,
            Value = c.Value
        })],
    };

    private static AlterConfigsAlterConfigsResource Whole(TopicConfigPlan topic)
    {
        var configs = topic.Present
            .Where(c => c.Origin == ConfigOrigin.Topic).ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal);
        foreach (var change in topic.Changes)
        {
            if (change.Operation == ConfigOperation.Delete)
            {
                configs.Remove(change.Name);
            }
            else
            {
                configs[change.Name] = change.Value;
            }
        }

        return new AlterConfigsAlterConfigsResource
        {
            ResourceType = ConfigResourceType.Topic,
            ResourceName = topic.Topic,
            Configs = [.. configs.Select(c => new AlterConfigsAlterableConfig { Name = c.Key, Value = c.Value })],
        };
    }

    private static Answer[] InOrder(TopicConfigPlan[] topics, IReadOnlyList<AlterConfigsResourceResponse> responses)
    {
        var byName = responses.ToDictionary(r => r.ResourceName, StringComparer.Ordinal);
        return [.. topics.Select(t => byName.TryGetValue(t.Topic, out var r)
            ? new Answer(r.ErrorCode, r.ErrorMessage)
            : new Answer(ErrorCode.UnknownServerError, "no answer for it"))];
    }

    private ConfigRefusal Refused(string topic, ConfigChange change, Answer answer) => new(
        topic, change.Name,
        Refusal.Text(
            side, change.Operation == ConfigOperation.Set
                ? $"set {change.Name} of topic '{topic}' to '{change.Value}'"
                : $"return {change.Name} of topic '{topic}' to its default",
            answer.Code, answer.Message, Right));

    private sealed record Answer(ErrorCode Code, string? Message);
}
