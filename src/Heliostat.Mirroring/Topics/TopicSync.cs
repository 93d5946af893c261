using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Mirroring.Troubles;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Keeps the target's topics up with the source's: made with as many partitions and the same configs, grown when the source grows, never by
/// the broker's auto-creation. A topic that fails backs off on its own and holds up no other. For one caller at a time.
/// </summary>
internal sealed partial class TopicSync
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);

    /// <summary>How long one round waits for leaders of what it made; what has none by then is looked at again in the next.</summary>
    private static readonly TimeSpan LeadersWithin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Partitions that one round creates: the lanes of the first of many topics need not wait for the last topic. A larger topic is a round
    /// of its own.
    /// </summary>
    private const int PartitionsAtOnce = 200;

    private readonly AdminClient _source;
    private readonly AdminClient _target;
    private readonly FlowOptions _flow;
    private readonly SideNames _sides;
    private readonly TopicRules _rules;
    private readonly TopicRings _rings;
    private readonly TopicNews _news;
    private readonly ConfigRules _configRules;
    private readonly ConfigReader _sourceConfigs;
    private readonly ConfigReader _targetConfigs;
    private readonly TopicCreator _creator;
    private readonly RetryClock _retries;
    private readonly ILogger _logger;
    private readonly Dictionary<string, int> _maxMessageBytes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _had = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FlowTopics _current = new([], []);
    private volatile IReadOnlyList<MirroredTopic> _standing = [];
    private volatile Trouble? _undecided;
    private bool _saidTooOld;

    /// <param name="flow">The flow.</param>
    /// <param name="rings">Who has what of the file's flows.</param>
    /// <param name="source">Asks the source.</param>
    /// <param name="target">Asks and alters the target.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The flow's log.</param>
    public TopicSync(FlowOptions flow, TopicRings rings, AdminClient source, AdminClient target, TimeProvider time, ILogger logger)
    {
        _rings = rings;
        _source = source;
        _target = target;
        _flow = flow;
        _sides = SideNames.Of(flow.Name);
        _rules = TopicRules.Of(flow);
        _news = new TopicNews(_rules, _sides.Source, logger);
        _configRules = new ConfigRules(flow.Topics.ConfigPropertiesExclude, flow.Topics.UseDefaultsFromSource);
        _sourceConfigs = new ConfigReader(source, _sides.Source);
        _targetConfigs = new ConfigReader(target, _sides.Target);
        _creator = new TopicCreator(target, _sides.Target, logger);
        _retries = new RetryClock(time, FirstRetry, LastRetry);
        _logger = logger;
    }

    /// <summary>Looks at mirrors that are not of this file; null where nobody does.</summary>
    public ForeignMirrors? Foreign { get; init; }

    /// <summary>Claims what is mirrored for the first time; null where nobody does.</summary>
    public TopicClaims? Claims { get; init; }

    /// <summary>When to look again though nothing seems to have changed; null where that need not be.</summary>
    public TimeSpan? Again => Claims?.Again is { } soon && !(Foreign?.Again < soon) ? soon : Foreign?.Again;

    /// <summary>Whether this process makes and grows topics now; others wait for who does. Null: always.</summary>
    public Func<bool>? Makes { get; init; }

    /// <summary>
    /// The next rounds look for nothing new: only how the topics stand that were seen before, and what others tell of them.
    /// </summary>
    public bool OnlyKnown { private get; set; }

    /// <summary>The last round left nothing to be tried again.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The last round left topics for the next, which need not wait.</summary>
    public bool HasMore { get; private set; }

    /// <summary>What the last plan found to be mirrored; empty before the first.</summary>
    public FlowTopics Current => _current;

    /// <summary>Those of them that have a mirror on the target.</summary>
    public IReadOnlyList<MirroredTopic> Standing => _standing;

    /// <summary>Ends with the first round after which all that could be done was.</summary>
    public Task FirstRound => _firstRound.Task;

    /// <summary>Topics that cannot be made ready now, by their names on the target: why, and when that is tried again.</summary>
    public IReadOnlyDictionary<string, RetryClock.Failure> Failures => _retries.Failures;

    /// <summary>
    /// The first of <see cref="Failures"/>, and how many more there are; then what the state topic does not take; then what waits until
    /// other mirrors have decided; null when there is none.
    /// </summary>
    public Trouble? Trouble => _retries.Trouble ?? Claims?.Trouble ?? _undecided;

    /// <summary>
    /// One round: looks, creates and grows what is due, as far as <see cref="HasMore"/> says, and returns the topics whose mirror stands.
    /// </summary>
    public async Task<IReadOnlyList<ReadyTopic>> SyncAsync(CancellationToken ct)
    {
        var plan = await ClaimAsync(ct);
        var waits = Makes?.Invoke() == false && plan.Creations.Count + plan.Growths.Count > 0;
        plan = waits ? plan with { Creations = [], Growths = [] } : plan;
        ReportShrunk(plan.Topics);
        _news.Say(plan.Topics);
        _current = plan.Topics;
        _undecided = Undecided(plan.Topics);
        var now = FirstOf(plan.Creations);
        var ready = await ApplyAsync(plan with { Creations = now }, ct);
        _standing = [.. ready.Select(topic => topic.Topic)];
        IsComplete &= !waits;
        HasMore = now.Count < plan.Creations.Count;
        if (!HasMore)
        {
            _firstRound.TrySetResult();
        }

        return ready;
    }

    /// <summary>What others claim is looked at behind what is claimed here.</summary>
    private async Task<TopicPlan> ClaimAsync(CancellationToken ct)
    {
        Claims?.Recall();
        var plan = await PlanAsync(ct);
        if (Claims is not null)
        {
            while (await Claims.PutAsync(plan, ct))
            {
                plan = await PlanAsync(ct);
            }

            plan = await Claims.SettleAsync(plan, ct);
        }

        return plan;
    }

    private async Task<ForeignFacts> LookAtMirrorsAsync(
        IReadOnlyCollection<ClusterTopic> source, IEnumerable<ClusterTopic> target, CancellationToken ct) =>
            Foreign is null ? ForeignFacts.None
            : await Foreign.LookAsync(source, target, _rings.StateOn(_flow.Name.Source), anew: Claims?.MayMeetOthers == true, ct) with
            {
                IsOwnRing = topic => _rings.Closes(_flow.Name, topic) is not null,
                ClaimedFor = topic => Claims?.ClaimedFor(topic),
                Waits = Claims?.AreWanted == true,
                KeepsOffsets = _rules.KeepsOffsets,
            };

    /// <summary>Looks at both sides and decides; touches nothing.</summary>
    public async Task<TopicPlan> PlanAsync(CancellationToken ct)
    {
        var source = Looked(ClusterTopic.From(await _source.ListTopicsAsync(ct)));
        var target = ClusterTopic.From(await _target.ListTopicsAsync(ct)).ToDictionary(t => t.Name, StringComparer.Ordinal);
        await LookAsync(_rings, _flow.Name, source, _source, ct);
        var foreign = await LookAtMirrorsAsync(source, target.Values, ct);
        var topics = FlowTopics.Of(
            _rules, source, foreign, topic => Claims?.Has(topic) ?? _rings.Has(_flow.Name, topic),
            topic => _rings.Claim(_flow.Name, topic));
        var missing = TopicPlan.Missing(topics, target).Where(t => _retries.IsDue(t.Remote)).ToList();
        var configs = await SourceConfigsAsync(missing, ct);
        return new TopicPlan
        {
            Topics = topics,
            Foreign = foreign,
            Target = target,
            Creations =
            [
                .. from topic in missing
                   let described = configs.GetValueOrDefault(topic.Source)
                   where described?.Cause is null
                   select new TopicCreation(topic, (short)_flow.Topics.ReplicationFactor,
                       described is null ? [] : _configRules.ForCreation(described.Configs)),
            ],
            Growths = [.. TopicPlan.Grown(topics, target).Where(g => _retries.IsDue(g.Topic))],
            Unreadable =
            [
                .. from topic in missing
                   let described = configs.GetValueOrDefault(topic.Source)
                   where described?.Cause is not null
                   select new TopicOutcome(topic.Remote, described.Code, described.Cause + "; without them its mirror is not created", []),
            ],
        };
    }

    /// <summary>Tells <paramref name="rings"/> what the flow's source has.</summary>
    public static async Task LookAsync(TopicRings rings, FlowName flow, IReadOnlyCollection<ClusterTopic> topics, AdminClient source,
        CancellationToken ct)
    {
        var open = rings.Open(flow, topics.Select(topic => topic.Name)).ToHashSet(StringComparer.Ordinal);
        TopicPartition[] partitions = [.. topics.Where(topic => open.Contains(topic.Name))
            .SelectMany(topic => Enumerable.Range(0, topic.Partitions).Select(p => new TopicPartition(topic.Name, p)))];
        var ends = await source.ToldOffsetsAsync(partitions, OffsetSpec.Latest, ct);
        // Where a leader does not tell, there may be records.
        rings.Saw(flow, topics.Select(topic => topic.Name),
            partitions.Where(partition => ends.GetValueOrDefault(partition, long.MaxValue) > 0).Select(partition => partition.Topic));
    }

    private IReadOnlyList<ClusterTopic> Looked(IReadOnlyList<ClusterTopic> topics)
    {
        if (!OnlyKnown)
        {
            return topics;
        }

        var (mirrored, leftOut) = (_current.Mirrored.ToDictionary(topic => topic.Source, StringComparer.Ordinal),
            _current.LeftOut.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal));
        return
        [
            .. from topic in topics
               let known = mirrored.GetValueOrDefault(topic.Name)
               where known is not null || leftOut.Contains(topic.Name)
               select known is null ? topic : topic with { Partitions = Math.Min(topic.Partitions, known.Partitions) },
        ];
    }

    private static IReadOnlyList<TopicCreation> FirstOf(IReadOnlyList<TopicCreation> creations)
    {
        var (count, partitions) = (0, 0);
        while (count < creations.Count && (count == 0 || partitions + creations[count].Topic.Partitions <= PartitionsAtOnce))
        {
            partitions += creations[count++].Topic.Partitions;
        }

        return [.. creations.Take(count)];
    }

    /// <summary>Does what was decided, waits for leaders, and returns the topics whose mirror stands.</summary>
    public async Task<IReadOnlyList<ReadyTopic>> ApplyAsync(TopicPlan plan, CancellationToken ct)
    {
        var made = await _creator.CreateAsync([.. plan.Creations.Select(c => c.ToRequest())], validateOnly: false, ct);
        var grown = await _creator.GrowAsync(plan.Growths, validateOnly: false, ct);
        foreach (var refusal in made.SelectMany(outcome => outcome.Refused))
        {
            LogWithoutConfig(_logger, refusal.Topic, refusal.Cause);
        }

        var counts = plan.Topics.Mirrored
            .Where(topic => plan.Target.ContainsKey(topic.Remote))
            .ToDictionary(topic => topic.Remote, topic => plan.Target[topic.Remote].Partitions, StringComparer.Ordinal);
        foreach (var name in counts.Keys)
        {
            _ids[name] = plan.Target[name].Id;
        }

        await LeadAsync(plan, made, grown, counts, ct);
        foreach (var topic in plan.Topics.Mirrored.Where(topic => plan.Target.TryGetValue(topic.Remote, out var there)
            && there.Partitions >= topic.Partitions && there.Leaderless == 0))
        {
            Succeeded(topic.Remote);
        }

        foreach (var failed in plan.Unreadable.Concat(made.Concat(grown).Where(outcome => !outcome.IsDone)))
        {
            Failed(failed.Topic, failed.Cause!);
        }

        var wanted = plan.Topics.Mirrored.Select(topic => topic.Remote).ToHashSet(StringComparer.Ordinal);
        _retries.Keep(wanted.Contains);
        IsComplete = _retries.Failures.Count == 0 && !plan.Topics.LeftOut.Any(topic => topic.Reason == LeftOutReason.RingUndecided);
        return await ReadyAsync(plan.Topics, counts, ct);
    }

    /// <summary>Adds what stands now, of what was made or grown, to <paramref name="counts"/>.</summary>
    private async Task LeadAsync(
        TopicPlan plan, IReadOnlyList<TopicOutcome> made, IReadOnlyList<TopicOutcome> grown, Dictionary<string, int> counts,
        CancellationToken ct)
    {
        var expected = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (creation, outcome) in plan.Creations.Zip(made).Where(pair => pair.Second.IsDone))
        {
            expected[outcome.Topic] = outcome.Code == ErrorCode.TopicAlreadyExists ? 1 : creation.Topic.Partitions;
        }

        foreach (var (growth, outcome) in plan.Growths.Zip(grown).Where(pair => pair.Second.IsDone))
        {
            expected[outcome.Topic] = growth.To;
        }

        if (expected.Count == 0)
        {
            return;
        }

        var within = _flow.AdminTimeout < LeadersWithin ? _flow.AdminTimeout : LeadersWithin;
        var leaderless = (await _target.AwaitLeadersAsync(expected, within, ct))
            .GroupBy(p => p.Topic).ToDictionary(g => g.Key, g => g.Count());
        foreach (var topic in await _target.DescribeTopicsAsync(expected.Keys, ct))
        {
            var name = topic.Name!;
            if (topic.Partitions.Count == 0)
            {
                Failed(name,
                    Refusal.Text(_sides.Target, $"look at topic '{name}', which exists", topic.ErrorCode, null, "DESCRIBE on the topic"));
            }
            else if (leaderless.TryGetValue(name, out var missing))
            {
                Failed(name, $"{_sides.Target}: {missing} of {expected[name]} partitions of topic '{name}' have no leader");
            }
            else
            {
                counts[name] = topic.Partitions.Count;
                _ids[name] = topic.TopicId;
                Succeeded(name);
            }
        }
    }

    private async Task<IReadOnlyList<ReadyTopic>> ReadyAsync(FlowTopics topics, Dictionary<string, int> counts, CancellationToken ct)
    {
        var unknown = counts.Keys.Where(name => !_maxMessageBytes.ContainsKey(name)).ToList();
        foreach (var (name, described) in await _targetConfigs.TryReadAsync(unknown, ct))
        {
            _maxMessageBytes[name] = described.MaxMessageBytes;
        }

        return
        [
            .. from topic in topics.Mirrored
               where counts.ContainsKey(topic.Remote)
               select new ReadyTopic(topic, counts[topic.Remote], _maxMessageBytes.GetValueOrDefault(topic.Remote, int.MaxValue),
                   _ids.GetValueOrDefault(topic.Remote)),
        ];
    }

    private async Task<IReadOnlyDictionary<string, DescribedConfigs>> SourceConfigsAsync(List<MirroredTopic> topics, CancellationToken ct)
    {
        try
        {
            return await _sourceConfigs.ReadAsync(topics.Select(t => t.Source), ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            if (!_saidTooOld)
            {
                _saidTooOld = true;
                LogTooOld(_logger, _sides.Source);
            }

            return new Dictionary<string, DescribedConfigs>();
        }
    }

    /// <summary>Kafka takes no partitions away: a topic that has fewer was deleted and created anew.</summary>
    private void ReportShrunk(FlowTopics now)
    {
        foreach (var topic in now.Mirrored)
        {
            var had = _had.GetValueOrDefault(topic.Source);
            if (had > topic.Partitions)
            {
                LogShrunk(_logger, _sides.Source, topic.Source, topic.Partitions, had);
            }

            _had[topic.Source] = topic.Partitions;
        }
    }

    private Trouble? Undecided(FlowTopics topics)
    {
        LeftOutTopic[] waiting = [.. topics.LeftOut.Where(topic => topic.Reason == LeftOutReason.RingUndecided)];
        var more = waiting.Length > 1 ? $" (topics that wait: {waiting.Length})" : "";
        return waiting.Length == 0 ? null : Trouble.Said(
            TroubleKind.TopicNotReady, $"{_sides.Source}: topic '{waiting[0].Name}' waits: {waiting[0].Detail}{more}");
    }

    private void Failed(string topic, string cause)
    {
        if (_retries.Failed(topic, cause))
        {
            LogFailed(_logger, cause, (int)FirstRetry.TotalSeconds, (int)LastRetry.TotalSeconds);
        }
    }

    private void Succeeded(string topic)
    {
        if (_retries.Succeeded(topic) > 0)
        {
            LogRecovered(_logger, _sides.Target, topic);
        }
    }

    [LoggerMessage(EventIds.TopicNotReady, LogLevel.Warning,
        "{Cause}; trying again, after {First} s at first and {Last} s at most, and saying so once")]
    private static partial void LogFailed(ILogger logger, string cause, int first, int last);

    [LoggerMessage(EventIds.TopicShrunk, LogLevel.Warning,
        "{Side}: topic {Topic} has partitions: {Partitions}, and had {Before}: it was deleted and created anew; its mirror keeps those "
            + "that it has")]
    private static partial void LogShrunk(ILogger logger, string side, string topic, int partitions, int before);

    [LoggerMessage(EventIds.TopicReadyAgain, LogLevel.Information, "{Side}: topic {Topic} is ready now")]
    private static partial void LogRecovered(ILogger logger, string side, string topic);

    [LoggerMessage(EventIds.TopicWithoutConfig, LogLevel.Warning, "{Cause}; topic {Topic} is created without it")]
    private static partial void LogWithoutConfig(ILogger logger, string topic, string cause);

    [LoggerMessage(EventIds.SourceTooOldForConfigs, LogLevel.Warning,
        "{Side}: its brokers are too old to be asked for topic configs (before 0.11): topics are created with the target's defaults")]
    private static partial void LogTooOld(ILogger logger, string side);
}
