using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Configs;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>Puts a plan for topics to the target as a trial, and reads what hazards are judged by.</summary>
internal sealed class TopicTrial(
    FlowOptions flow, SideNames sides, AdminClient source, AdminClient target, TimeProvider time, ILogger logger)
{
    public async Task<Result> RunAsync(TopicPlan plan, CancellationToken ct)
    {
        var creator = new TopicCreator(target, sides.Target, logger);
        var made = await creator.CreateAsync([.. plan.Creations.Select(c => c.ToRequest())], validateOnly: true, ct);
        var grown = await creator.GrowAsync(plan.Growths, validateOnly: true, ct);
        MirroredTopic[] standing = [.. plan.Topics.Mirrored.Where(t => plan.Target.ContainsKey(t.Remote))];
        var here = await new ConfigReader(source, sides.Source).TryReadAsync(plan.Topics.Mirrored.Select(t => t.Source), ct);
        var there = await new ConfigReader(target, sides.Target).TryReadAsync(standing.Select(t => t.Remote), ct);
        var configs = await ConfigsAsync(standing, ct);
        return new Result
        {
            Create =
            [
                .. plan.Creations.Zip(made).Select(pair => new PlannedTopic(
                    pair.First.Topic.Source, pair.First.Topic.Remote, pair.First.Topic.Partitions, pair.First.ReplicationFactor,
                    pair.First.Configs.Where(c => !pair.Second.Refused.Any(r => r.Config == c.Name))
                        .ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal), pair.Second.Cause)),
                .. plan.Unreadable
                    .Select(u => (Outcome: u, Topic: plan.Topics.Mirrored.First(t => t.Remote == u.Topic))).Select(u => new PlannedTopic(
                        u.Topic.Source, u.Topic.Remote, u.Topic.Partitions, flow.Topics.ReplicationFactor,
                        new Dictionary<string, string?>(), u.Outcome.Cause)),
            ],
            Grow = [.. plan.Growths
                .Zip(grown).Select(pair => new PlannedGrowth(pair.First.Topic, pair.First.From, pair.First.To, pair.Second.Cause))],
            Configs = configs,
            Refusals =
            [
                .. plan.Unreadable.Concat(made).Concat(grown).Select(outcome => outcome.Cause).OfType<string>(),
                .. made.SelectMany(outcome => outcome.Refused)
                    .Select(refused => $"{refused.Cause}; topic '{refused.Topic}' would be created without it"),
                .. configs.Select(config => config.Refusal).OfType<string>(),
            ],
            Facts = Facts(plan, here, there, made, configs),
        };
    }

    private async Task<IReadOnlyList<PlannedConfig>> ConfigsAsync(MirroredTopic[] standing, CancellationToken ct)
    {
        if (flow.Topics.ConfigSyncInterval is null)
        {
            return [];
        }

        var rules = new ConfigRules(flow.Topics.ConfigPropertiesExclude, flow.Topics.UseDefaultsFromSource);
        var sync = new ConfigSync(rules, sides, source, target, time, logger);
        var plan = await sync.PlanAsync(standing, ct);
        var report = await sync.TryAsync(plan, ct);
        return
        [
            .. from topic in plan.Topics
               from change in topic.Changes
               let refusal = report.Refused.FirstOrDefault(r => r.Topic == topic.Topic && (r.Config is null || r.Config == change.Name))
               select new PlannedConfig(topic.Topic, change.Name, change.Present, change.Value, refusal?.Cause),
            .. plan.Unreadable.Select(u => new PlannedConfig(u.Topic, null, null, null, u.Cause)),
        ];
    }

    private static TopicFacts[] Facts(
        TopicPlan plan, IReadOnlyDictionary<string, DescribedConfigs> here, IReadOnlyDictionary<string, DescribedConfigs> there,
        IReadOnlyList<TopicOutcome> made, IReadOnlyList<PlannedConfig> changes)
    {
        var creations = made.ToDictionary(outcome => outcome.Topic, outcome => outcome.Configs, StringComparer.Ordinal);
        var changed = changes
            .Where(change => change is { Config: not null, Refusal: null }).ToLookup(change => change.Remote, StringComparer.Ordinal);
        return
        [
            .. from topic in plan.Topics.Mirrored
               let target = there.TryGetValue(topic.Remote, out var described)
                   ? Values(described)
                   : creations.GetValueOrDefault(topic.Remote)?.ToDictionary(StringComparer.Ordinal) ?? []
               select new TopicFacts(
                   topic, here.TryGetValue(topic.Source, out var source) ? Values(source) : [], With(target, changed[topic.Remote]),
                   plan.Target.GetValueOrDefault(topic.Remote)?.Partitions ?? 0),
        ];
    }

    private static Dictionary<string, string?> Values(DescribedConfigs described) =>
        described.Configs.ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal);

    private static Dictionary<string, string?> With(Dictionary<string, string?> configs, IEnumerable<PlannedConfig> changes)
    {
        foreach (var change in changes)
        {
            configs[change.Config!] = change.To;
        }

        return configs;
    }

    /// <summary>What the target would do, and what is known of each topic.</summary>
    internal sealed record Result
    {
        public required IReadOnlyList<PlannedTopic> Create { get; init; }

        public required IReadOnlyList<PlannedGrowth> Grow { get; init; }

        public required IReadOnlyList<PlannedConfig> Configs { get; init; }

        public required IReadOnlyList<string> Refusals { get; init; }

        public required IReadOnlyList<TopicFacts> Facts { get; init; }
    }
}
