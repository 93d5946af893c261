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

    public async Task RunAsync(CancellationToken ct)
    {
        await _topics.FirstRound.WaitHereAsync(ct);
        await Task.WhenAll(
            EveryAsync("topic configs", _flow.Topics.ConfigSyncInterval, ConfigsAsync, ct),
            EveryAsync("topic ACLs", _flow.Topics.AclSyncInterval, AclsAsync, ct));
    }

    private async Task ConfigsAsync(CancellationToken ct) => await _configs.ApplyAsync(await _configs.PlanAsync(_topics.Standing, ct), ct);

    private async Task AclsAsync(CancellationToken ct)
    {
        await _acls.ApplyAsync(await _acls.PlanAsync(_topics.Current.Mirrored, ct), ct);
        if (_state is not null && _ledger.Unsaved is { Count: > 0 } unsaved)
        {
            await _state.AppendAsync(unsaved, ct);
            _ledger.Saved();
        }
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
