using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Sees to it that the topics of a flow stand on the target: at the start, when the source's metadata shows something new, every refresh
/// interval, and when asked. What cannot be made ready now is tried again on a clock of its own, and keeps back nothing that is new.
/// </summary>
internal sealed partial class TopicRounds
{
    private readonly KafkaClient _source;
    private readonly TopicSync _topics;
    private readonly TimeSpan? _refresh;
    private readonly IReadOnlyList<FlowSlot> _slots;
    private readonly FlowScope _scope;
    private readonly BackOff _backOff;
    private volatile Dictionary<string, ReadyTopic> _standing = [];
    private volatile bool _isComplete;
    private long _seen;
    private int _failures;

    /// <param name="source">Knows all topics of the source.</param>
    /// <param name="topics">Does a round.</param>
    /// <param name="refresh"><c>refresh.topics.interval.seconds</c>; null to look but once.</param>
    /// <param name="slots">Have the lanes.</param>
    /// <param name="scope">The flow's.</param>
    public TopicRounds(KafkaClient source, TopicSync topics, TimeSpan? refresh, IReadOnlyList<FlowSlot> slots, FlowScope scope)
    {
        (_source, _topics, _refresh, _slots, _scope) = (source, topics, refresh, slots, scope);
        _backOff = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), source.Options.Random);
        Rounds = new Rounds(refresh ?? Timeout.InfiniteTimeSpan, SyncAsync, cause => LogFailed(scope.Logger, cause), scope.Time)
        {
            BeginsAtOnce = true,
            NextTurn = WaitAsync
        };
    }

    public Rounds Rounds { get; }

    /// <summary>Called when topics were looked at: more may stand, and some may be there no more.</summary>
    public Action Looked { get; init; } = static () => { };

    /// <summary>Takes back what is not to be mirrored any more: lanes of topics that another mirror turned out to have.</summary>
    public Func<IReadOnlyList<TopicPartition>, Task> TakeBack { get; init; } = static _ => Task.CompletedTask;

    /// <summary>All topics that are to be mirrored stood when they were last looked at, and who has their lanes was told.</summary>
    public bool IsComplete => _isComplete && Rounds.Trouble is null;

    /// <summary>The topics that stand on the target, by their names on the source; none while they cannot be looked at.</summary>
    public IReadOnlyDictionary<string, ReadyTopic> Standing => _standing;

    /// <summary>Whether a lane can be opened.</summary>
    public bool Has(TopicPartition lane) => _standing.TryGetValue(lane.Topic, out var topic) && lane.Partition < topic.Lanes;

    /// <summary>The lanes that can be opened.</summary>
    public IEnumerable<TopicPartition> Lanes =>
        from topic in _standing
        from partition in Enumerable.Range(0, topic.Value.Lanes)
        select new TopicPartition(topic.Key, partition);

    private async Task SyncAsync(CancellationToken ct)
    {
        _seen = _source.Metadata.Current.Version;
        try
        {
            do
            {
                _standing = (await _topics.SyncAsync(ct)).ToDictionary(topic => topic.Topic.Source, StringComparer.Ordinal);
                DoubtTargets();
                Looked();
                _isComplete = _topics is { IsComplete: true, HasMore: false };
                await TakeBackAsync();
            }
            while (_topics.HasMore);
        }
        catch
        {
            (_standing, _isComplete) = ([], false);
            throw;
        }
        finally
        {
            _topics.OnlyKnown = false;
        }
    }

    /// <summary>
    /// Two mirrors that began at once may both have taken a topic before either had stored a position: records would go round until one of
    /// them lets go.
    /// </summary>
    private async Task TakeBackAsync()
    {
        TopicPartition[] others = [.. _slots.SelectMany(slot => slot.Owned).Where(lane => _topics.Current.IsOthers(lane.Topic))];
        if (others.Length > 0)
        {
            await TakeBack(others);
            LogTakenBack(_scope.Logger, others.Length, others[0]);
        }
    }

    /// <summary>A mirror that was deleted and made anew does not hold what was mirrored before.</summary>
    private void DoubtTargets()
    {
        foreach (var lane in _slots.SelectMany(slot => slot.Lanes.Open))
        {
            var now = _standing.GetValueOrDefault(lane.Plan.Source.Topic)?.TargetId ?? Guid.Empty;
            if (now != Guid.Empty && lane.Plan.Topics.Target != Guid.Empty && now != lane.Plan.Topics.Target)
            {
                lane.Doubt($"target: topic {lane.Plan.TargetTopic} has another id");
            }
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        _failures = IsComplete ? 0 : _failures + 1;
        var retry = _backOff.Next(_failures);
        var wait = _failures == 0 ? _refresh ?? Timeout.InfiniteTimeSpan : _refresh < retry ? _refresh.Value : retry;
        wait = _topics.Again is { } again && (wait < TimeSpan.Zero || again < wait) ? again : wait;
        await (_refresh is null ? AgeAsync(ct) : LoopEnds.FirstEndsAllAsync([AgeAsync, ChangeAsync], ct));

        // Who looks for nothing new goes on telling on which ways the topics come that it has.
        _topics.OnlyKnown = _refresh is null && _failures == 0;

        Task AgeAsync(CancellationToken over) => Task.Delay(wait, _scope.Time, over);

        Task ChangeAsync(CancellationToken over) => _source.Metadata.WaitForChangeAsync(_seen, over).HereAsync();
    }

    [LoggerMessage(EventIds.FlowRoundFailed, LogLevel.Warning, "topics cannot be looked up now: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);

    [LoggerMessage(EventIds.LanesTakenBack, LogLevel.Warning, "lanes given up, as another mirror has their topics: {Count}, {First} first")]
    private static partial void LogTakenBack(ILogger logger, int count, TopicPartition first);
}
