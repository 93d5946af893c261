using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>
/// Keeps the configs of mirrored topics as on the source. Nothing is sent where nothing differs; one config that the target refuses does
/// not keep back the others of its topic, and is not asked for again at once. For one caller at a time.
/// </summary>
internal sealed partial class ConfigSync(ConfigRules rules, SideNames sides, AdminClient source, AdminClient target, TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromHours(1);

    private readonly ConfigReader _source = new(source, sides.Source);
    private readonly ConfigReader _target = new(target, sides.Target);
    private readonly ConfigWriter _writer = new(target, sides.Target);
    private readonly RetryClock _retries = new(time, FirstRetry, LastRetry);
    private bool _saidUnsupported;

    /// <summary>Compares both sides and decides; touches nothing. Topics that the target lacks are passed over.</summary>
    public async Task<ConfigPlan> PlanAsync(IReadOnlyCollection<MirroredTopic> topics, CancellationToken ct)
    {
        IReadOnlyDictionary<string, DescribedConfigs> from, to;
        try
        {
            from = await _source.ReadAsync(topics.Select(t => t.Source), ct);
            to = await _target.ReadAsync(topics.Select(t => t.Remote), ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            if (!_saidUnsupported)
            {
                _saidUnsupported = true;
                LogUnsupported(logger, e.Message);
            }

            return new ConfigPlan([], []);
        }

        var plans = new List<TopicConfigPlan>();
        var unreadable = new List<ConfigRefusal>();
        foreach (var topic in topics)
        {
            if (!from.TryGetValue(topic.Source, out var here) || !to.TryGetValue(topic.Remote, out var there)
                || here.Code == ErrorCode.UnknownTopicOrPartition || there.Code == ErrorCode.UnknownTopicOrPartition)
            {
                continue;
            }

            if ((here.Cause ?? there.Cause) is { } cause)
            {
                unreadable.Add(new ConfigRefusal(topic.Remote, null, cause));
            }
            else if (rules.Changes(here.Configs, there.Configs) is { Count: > 0 } changes)
            {
                plans.Add(new TopicConfigPlan(topic.Remote, changes, there.Configs));
            }
        }

        return new ConfigPlan(plans, unreadable);
    }

    /// <summary>Does what was decided, all but what was refused before and may not be tried again yet.</summary>
    public Task<ConfigReport> ApplyAsync(ConfigPlan plan, CancellationToken ct) => ApplyAsync(plan, isWhole: true, ct);

    /// <summary>The same for some of the topics; nothing is concluded of the others.</summary>
    public Task<ConfigReport> ApplyToSomeAsync(ConfigPlan plan, CancellationToken ct) => ApplyAsync(plan, isWhole: false, ct);

    private async Task<ConfigReport> ApplyAsync(ConfigPlan plan, bool isWhole, CancellationToken ct)
    {
        var due = plan.Topics
            .Select(topic => topic with { Changes = [.. topic.Changes.Where(change => _retries.IsDue(Key(topic.Topic, change)))] })
            .Where(topic => topic.Changes.Count > 0)
            .ToList();
        var report = await _writer.WriteAsync(due, validateOnly: false, ct);
        foreach (var topic in report.Changed.GroupBy(c => c.Topic))
        {
            LogChanged(logger, sides.Target, topic.Key, string.Join(", ", topic.Select(c => c.Change.Operation == ConfigOperation.Set
                ? $"{c.Change.Name} = {c.Change.Value}"
                : $"{c.Change.Name} back to the default")));
        }

        foreach (var refusal in report.Refused.Concat(plan.Unreadable))
        {
            var changes = due.Find(topic => topic.Topic
                == refusal.Topic)?.Changes.Where(c => refusal.Config is null || c.Name == refusal.Config) ?? [];
            var news = false;
            foreach (var key in changes.Select(change => Key(refusal.Topic, change)).DefaultIfEmpty(refusal.Topic))
            {
                news |= _retries.Failed(key, refusal.Cause);
            }

            if (news)
            {
                LogRefused(logger, refusal.Cause);
            }
        }

        var wanted = plan.Topics.SelectMany(topic => topic.Changes.Select(change => Key(topic.Topic, change)))
            .Concat(plan.Unreadable.Select(u => u.Topic)).ToHashSet(StringComparer.Ordinal);
        _retries.Keep(thing => !isWhole || wanted.Contains(thing));
        return report with { Refused = [.. report.Refused, .. plan.Unreadable, .. StillRefused(plan, due)] };
    }

    /// <summary>What the target would say to it; touches nothing.</summary>
    public async Task<ConfigReport> TryAsync(ConfigPlan plan, CancellationToken ct)
    {
        var report = await _writer.WriteAsync(plan.Topics, validateOnly: true, ct);
        return report with { Refused = [.. report.Refused, .. plan.Unreadable] };
    }

    private IEnumerable<ConfigRefusal> StillRefused(ConfigPlan plan, List<TopicConfigPlan> due) =>
        from topic in plan.Topics
        from change in topic.Changes
        where due.Find(d => d.Topic == topic.Topic)?.Changes.Contains(change) != true
        select new ConfigRefusal(topic.Topic, change.Name, _retries.Failures[Key(topic.Topic, change)].Cause);

    private static string Key(string topic, ConfigChange change) => $"{topic}\n{change.Name}\n{change.Value}";

    [LoggerMessage(EventIds.ConfigsSynced, LogLevel.Information, "{Side}: topic {Topic}: {Changes}, as on the source")]
    private static partial void LogChanged(ILogger logger, string side, string topic, string changes);

    [LoggerMessage(EventIds.ConfigRefused, LogLevel.Warning,
        "{Cause}; the topic's other configs are kept up, and this is tried again within the hour")]
    private static partial void LogRefused(ILogger logger, string cause);

    [LoggerMessage(EventIds.ConfigsUnsupported, LogLevel.Warning, "topic configs are not kept as on the source: {Cause}")]
    private static partial void LogUnsupported(ILogger logger, string cause);
}
