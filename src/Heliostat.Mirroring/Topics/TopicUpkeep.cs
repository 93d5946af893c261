using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Mirroring.Topics.Configs;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Keeps configs and access rules of a flow's topics as on the source: once all topics were looked at, and then at the intervals that the
/// file asks for, neither waiting for the other. A cluster that does not answer is asked again at the next turn.
/// </summary>
internal sealed partial class TopicUpkeep
{
    /// <summary>How often configs of the source are looked at that lanes wait for.</summary>
    private static readonly TimeSpan AwaitedEvery = TimeSpan.FromSeconds(5);

    private readonly TopicSync _topics;
    private readonly ConfigSync _configs;
    private readonly AclSync _acls;
    private readonly FlowScope _scope;
    private readonly AclLedger _ledger;

    /// <param name="flow">The flow.</param>
    /// <param name="topics">What it mirrors.</param>
    /// <param name="ledger">The rules that are copies.</param>
    /// <param name="source">Asks the source.</param>
    /// <param name="target">Asks and alters the target.</param>
    /// <param name="scope">The flow's.</param>
    public TopicUpkeep(FlowOptions flow, TopicSync topics, AclLedger ledger, AdminClient source, AdminClient target, FlowScope scope)
    {
        (_ledger, _topics, _scope) = (ledger, topics, scope);
        var sides = SideNames.Of(flow.Name);
        var options = flow.Topics;
        _configs = new ConfigSync(new ConfigRules(options.ConfigPropertiesExclude, options.UseDefaultsFromSource), sides, source, target,
            scope.Time, scope.Logger);
        _acls = new AclSync(new AclRules(TopicRules.Of(flow), options.SyncPrefixedAcls), sides, options.RemoveAcls, ledger, source, target,
            scope.Time, scope.Logger);
        Configs = Every(options.ConfigSyncInterval, "topic configs", ConfigsAsync);
        Acls = Every(options.AclSyncInterval, "topic ACLs", AclsAsync);
        AwaitedConfigs = Every(options.ConfigSyncInterval > AwaitedEvery ? AwaitedEvery : null, "topic configs",
            ct => Configs!.BetweenRoundsAsync(() => AwaitedConfigsAsync(ct), ct));
    }

    /// <summary>Where the ledger is kept; null where nothing is ever taken away.</summary>
    public PartitionAppender? State { get; init; }

    /// <summary>Configs that lanes waited for.</summary>
    public AwaitedConfigs Awaited { get; init; } = new();

    /// <summary>Makes configs like the source's (<see cref="Duty.TopicConfigs"/>); null where the file asks for none.</summary>
    public Rounds? Configs { get; }

    /// <summary>Makes access rules like the source's (<see cref="Duty.TopicAcls"/>); null where the file asks for none.</summary>
    public Rounds? Acls { get; }

    /// <summary>
    /// A lane may wait for what somebody changes on the source: looked at between the rounds of <see cref="Configs"/>; null where those are
    /// as frequent.
    /// </summary>
    public Rounds? AwaitedConfigs { get; }

    private async Task ConfigsAsync(CancellationToken ct) =>
        await _configs.ApplyAsync(Awaited.Kept(await _configs.PlanAsync(_topics.Standing, ct)), ct);

    private async Task AwaitedConfigsAsync(CancellationToken ct)
    {
        var waiting = Awaited.Waiting;
        if (waiting.Count > 0)
        {
            await _configs.ApplyToSomeAsync(
                Awaited.Kept(await _configs.PlanAsync([.. _topics.Standing.Where(topic => waiting.Contains(topic.Remote))], ct)), ct);
        }
    }

    private async Task AclsAsync(CancellationToken ct)
    {
        await _acls.ApplyAsync(await _acls.PlanAsync(_topics.Current.Mirrored, ct), ct);
        if (State is not null && _ledger.Unsaved is { Count: > 0 } unsaved)
        {
            await State.AppendAsync(unsaved, ct);
            _ledger.Saved();
        }
    }

    private Rounds? Every(TimeSpan? interval, string what, Func<CancellationToken, Task> round) => interval is not { } every ? null
        : new Rounds(every, round, cause => LogFailed(_scope.Logger, what, cause), _scope.Time)
        {
            BeginsAtOnce = true,
            After = _topics.FirstRound
        };

    [LoggerMessage(EventIds.SyncFailed, LogLevel.Warning,
        "{What} cannot be compared now: {Cause}; trying again at the next turn, and saying so once")]
    private static partial void LogFailed(ILogger logger, string what, string cause);
}
