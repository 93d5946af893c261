using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Keeps configs and access rules of a flow's topics as on the source: once all topics were looked at, and then at the intervals that the file asks for,
/// neither waiting for the other. A cluster that does not answer is asked again at the next turn.
/// </summary>
internal sealed partial class TopicUpkeepLoop
{
    /// <summary>How often configs of the source are looked at that lanes wait for.</summary>
    private static readonly TimeSpan AwaitedEvery = TimeSpan.FromSeconds(5);

    private readonly FlowOptions _flow;
    private readonly TopicSync _topics;
    private readonly ConfigSync _configs;
    private readonly AclSync _acls;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AclLedger _ledger;
    private readonly PartitionAppender? _state;

    /// <param name="flow">The flow.</param>
    /// <param name="topics">What it mirrors.</param>
    /// <param name="ledger">The rules that are copies.</param>
    /// <param name="state">Where the ledger is kept; null where nothing is ever taken away.</param>
    /// <param name="source">Asks the source.</param>
    /// <param name="target">Asks and alters the target.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The flow's log.</param>
    public TopicUpkeepLoop(
        FlowOptions flow, TopicSync topics, AclLedger ledger, PartitionAppender? state, AdminClient source, AdminClient target, TimeProvider time, ILogger logger)
    {
        _ledger = ledger;
        _state = state;
        _flow = flow;
        _topics = topics;
        _time = time;
        _logger = logger;
        var sides = Sides.Of(flow.Name);
        var options = flow.Topics;
        _configs = new ConfigSync(new ConfigRules(options.ConfigPropertiesExclude, options.UseDefaultsFromSource), sides, source, target, time, logger);
        _acls = new AclSync(new AclRules(TopicRules.Of(flow), options.SyncPrefixedAcls), sides, options.RemoveAcls, ledger, source, target, time, logger);
    }

    /// <summary>Configs that lanes waited for.</summary>
    public AwaitedConfigs Awaited { get; init; } = new();

    public async Task RunAsync(CancellationToken ct)
    {
        await _topics.FirstRound.WaitHereAsync(ct);
        await Settling.AllAsync(
            ConfigsEveryAsync(ct),
            EveryAsync("topic ACLs", _flow.Topics.AclSyncInterval, AclsAsync, ct));
    }

    private async Task ConfigsAsync(CancellationToken ct) => await _configs.ApplyAsync(Awaited.Kept(await _configs.PlanAsync(_topics.Standing, ct)), ct);

    /// <summary>A lane may wait for what somebody changes on the source.</summary>
    private async Task AwaitedConfigsAsync(CancellationToken ct)
    {
        var waiting = Awaited.Waiting;
        if (waiting.Count > 0)
        {
            await _configs.ApplyToSomeAsync(Awaited.Kept(await _configs.PlanAsync([.. _topics.Standing.Where(topic => waiting.Contains(topic.Remote))], ct)), ct);
        }
    }

    private async Task AclsAsync(CancellationToken ct)
    {
        await _acls.ApplyAsync(await _acls.PlanAsync(_topics.Current.Mirrored, ct), ct);
        if (_state is not null && _ledger.Unsaved is { Count: > 0 } unsaved)
        {
            await _state.AppendAsync(unsaved, ct);
            _ledger.Saved();
        }
    }

    /// <summary>Both are rounds of one <see cref="ConfigSync"/>, and so come one after the other.</summary>
    private Task ConfigsEveryAsync(CancellationToken ct)
    {
        if (_flow.Topics.ConfigSyncInterval is not { } every)
        {
            return Task.CompletedTask;
        }

        long? last = null;
        return EveryAsync("topic configs", every < AwaitedEvery ? every : AwaitedEvery, async token =>
        {
            // A turn may come a little before its time.
            if (every > AwaitedEvery && last is { } before && _time.GetElapsedTime(before) < every - (AwaitedEvery / 2))
            {
                await AwaitedConfigsAsync(token);
                return;
            }

            last = _time.GetTimestamp();
            await ConfigsAsync(token);
        }, ct);
    }

    private async Task EveryAsync(string what, TimeSpan? interval, Func<CancellationToken, Task> round, CancellationToken ct)
    {
        if (interval is { } every)
        {
            var rounds = new Rounds(every, round, cause => LogFailed(_logger, what, cause), _time) { BeginsAtOnce = true };
            await rounds.RunAsync(ct);
        }
    }

    [LoggerMessage(EventIds.SyncFailed, LogLevel.Warning, "{What} cannot be compared now: {Cause}; trying again at the next turn, and saying so once")]
    private static partial void LogFailed(ILogger logger, string what, string cause);
}
