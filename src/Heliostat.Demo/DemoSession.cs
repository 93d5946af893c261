using System.Globalization;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Demo.Audit;
using Heliostat.Demo.Consumers;
using Heliostat.Demo.Load;
using Heliostat.Mirroring.Flows;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Demo;

/// <summary>Everything of a demo: two clusters, producers, a group, the mirror; and the audit at the end.</summary>
internal sealed class DemoSession : IAsyncDisposable
{
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly DemoOptions _options;
    private readonly IReadOnlyList<DemoTopic> _topics;
    private readonly DemoClusters _clusters;
    private readonly DemoEvents _events;
    private readonly TimeProvider _time;
    private readonly KafkaClient[] _clients;
    private readonly Producer _producer;
    private readonly LoadLoop _load;
    private readonly TransactionWriter _transactionWriter;
    private readonly TransactionLoop _transactions;
    private readonly GroupLoop _group;
    private readonly MirrorEngine _engine;
    private readonly TranslationLoop _translation;
    private readonly FaultLoop _faults;
    private readonly LaneRates _rates;
    private readonly CancellationTokenSource _ended = new();
    private readonly long _started;
    private readonly Lock _looking = new();
    private volatile int _phase;
    private volatile IReadOnlyList<DemoLane>? _lastLanes;

    private DemoSession(DemoOptions options, IReadOnlyList<DemoTopic> topics, DemoClusters clusters, DemoEvents events, TimeProvider time,
        ILoggerFactory loggers)
    {
        (_options, _topics, _clusters, _events, _time) = (options, topics, clusters, events, time);
        // What the demo's own clients meet would only say the same as the mirror's.
        var silent = NullLoggerFactory.Instance;
        KafkaClient Client(DemoSide side, string id) => clusters.Client(side, id, silent);
        _clients =
        [
            Client(DemoSide.Source, "demo-producer"), Client(DemoSide.Source, "demo-payments"), Client(DemoSide.Source, "demo-billing"),
            Client(DemoSide.Target, "demo-translation"), Client(DemoSide.Source, "demo-audit"), Client(DemoSide.Target, "demo-audit"),
        ];
        var transactional = topics.Single(topic => topic.IsTransactional);
        _clients[1].Metadata.Track(transactional.Name);
        _producer = new Producer(_clients[0], new ProducerOptions(), time, silent);
        _load = new LoadLoop(_clients[0], _producer, topics, options.Rate, time);
        _transactionWriter = new TransactionWriter(_clients[1], "demo-payments", time);
        _transactions = new TransactionLoop(_transactionWriter, transactional, options.Rate, events, time);
        _group = new GroupLoop(_clients[2], DemoTopics.Group, topics.Where(topic => topic.IsConsumed).Select(topic => topic.Name), time,
            silent);
        _engine = new MirrorEngine([Mirror(clusters, topics)],
            new EngineOptions { MemoryBudgetBytes = 64 * 1024 * 1024, KeepsOffsets = true }, time, loggers);
        _translation = new TranslationLoop(_clients[3], _group, _engine, time, silent);
        _faults = new FaultLoop(clusters, options.Faults, events, time);
        _rates = new LaneRates(time);
        _started = time.GetTimestamp();
    }

    /// <summary>Starts the clusters; nothing moves before <see cref="RunAsync"/>.</summary>
    public static async Task<DemoSession> StartAsync(
        DemoOptions options, IReadOnlyList<DemoTopic> topics, DemoEvents events, TimeProvider time, ILoggerFactory loggers,
        CancellationToken ct)
    {
        var clusters = await DemoClusters.StartAsync(topics, events, time, loggers, ct);
        return new DemoSession(options, topics, clusters, events, time, loggers);
    }

    /// <summary>What mirrors.</summary>
    public MirrorEngine Engine => _engine;

    /// <summary>Where its page is; null where it is not served.</summary>
    public string? Page { get; set; }

    /// <summary>Ends the running phase, as when its time is up.</summary>
    public void End() => _ended.Cancel();

    /// <summary>Restarts one of the brokers of a side.</summary>
    public void Restart(DemoSide side) => _faults.Ask(side);

    /// <summary>Runs until <paramref name="stop"/>, <see cref="End"/> or the end of its time; then catches up and audits.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="abort"/> came before the audit was done.</exception>
    public async Task<AuditResult> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var services = CancellationTokenSource.CreateLinkedTokenSource(abort);
        using var mirroring = new CancellationTokenSource();
        Task[] serving = [_clients[0].RunAsync(services.Token), _clients[2].RunAsync(services.Token), _producer.RunAsync(services.Token)];
        var mirror = _engine.RunAsync(mirroring.Token, abort);
        try
        {
            await WorkAsync([mirror, .. serving], stop, abort);
            var behind = await CatchUpAsync(mirror, abort);
            await _translation.TranslateAsync(abort);
            _lastLanes = Snapshot().Lanes;
            _phase = (int)DemoPhase.Auditing;
            await mirroring.CancelSoonAsync();
            var outcome = await mirror;
            return await AuditAsync(outcome.Failure is { } failure ? $"the mirror ended: {failure}" : behind ?? _load.Refusal, abort);
        }
        finally
        {
            await mirroring.CancelSoonAsync();
            await services.CancelSoonAsync();
            await Settling.AllAsync([mirror, .. serving]).SettleAsync();
        }
    }

    /// <summary>How everything is now; once the mirror has stopped, how its lanes were then.</summary>
    public DemoSnapshot Snapshot()
    {
        lock (_looking)
        {
            return Now();
        }
    }

    private DemoSnapshot Now()
    {
        return new DemoSnapshot
        {
            Phase = (DemoPhase)_phase,
            Elapsed = _time.GetElapsedTime(_started),
            For = _options.For,
            Source = _clusters.Servers[(int)DemoSide.Source],
            Target = _clusters.Servers[(int)DemoSide.Target],
            Page = Page,
            Written = _load.Acknowledged + _transactions.Committed,
            Aborted = _transactions.Aborted,
            Mirror = _engine.Snapshot().Total,
            Lanes = _lastLanes ?? Lanes(),
            Events = _events.Latest(20),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        _load.Dispose();
        _transactions.Dispose();
        _transactionWriter.Dispose();
        await _clusters.DisposeAsync();
        _ended.Dispose();
    }

    private static FlowOptions Mirror(DemoClusters clusters, IReadOnlyList<DemoTopic> topics)
    {
        var configuration = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = clusters.Servers[(int)DemoSide.Source],
            To = clusters.Servers[(int)DemoSide.Target],
            Topics = string.Join(',', topics.Select(topic => topic.Name)),
            Group = "heliostat",

            // Nobody takes over from it, and everything else of the demo competes with its heartbeats.
            ConsumerProperties = [$"session.timeout.ms={DemoTopics.SessionTimeout.TotalMilliseconds:0}"],
            Shorthands = [("", "auto.offset.reset", "earliest"), ("", "isolation.level", "read_committed")],
        });
        return configuration.Flow with { Positions = configuration.Flow.SourceGroup with { CommitInterval = TimeSpan.FromSeconds(1) } };
    }

    /// <summary>Producers and group work until it is time to end; the group reads on for as long as the producers do.</summary>
    private async Task WorkAsync(Task[] mustGoOn, CancellationToken stop, CancellationToken abort)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop, abort, _ended.Token);
        Task[] working =
        [
            _load.RunAsync(work.Token), _transactions.RunAsync(work.Token), _group.RunAsync(work.Token), _translation.RunAsync(work.Token),
            _faults.RunAsync(work.Token),
        ];
        _phase = (int)DemoPhase.Running;
        var time = Task.Delay(_options.For is { } limit ? Left(limit) : Timeout.InfiniteTimeSpan, _time, work.Token);
        await Settling.AnyAsync([time, .. working, .. mustGoOn]);
        await work.CancelSoonAsync();
        await Settling.AllAsync(working).SettleAsync();
        await time.SettleAsync();
        foreach (var ended in working.Where(task => task.IsFaulted))
        {
            await ended;
        }

        abort.ThrowIfCancellationRequested();
    }

    /// <summary>What is left of a time that began with the demo: starting took some of it.</summary>
    private TimeSpan Left(TimeSpan limit) =>
        limit - _time.GetElapsedTime(_started) is { } left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>
    /// Waits until what was written is acknowledged and mirrored, for as long as the mirror gets on; says what is missing when it does not.
    /// </summary>
    private async Task<string?> CatchUpAsync(Task mirror, CancellationToken abort)
    {
        _phase = (int)DemoPhase.CatchingUp;
        await _producer.DrainAsync(GivenUpAfter, abort);
        var (moved, before) = (_time.GetTimestamp(), long.MaxValue);
        while (!mirror.IsCompleted)
        {
            var lag = Behind();
            if (lag == 0)
            {
                return null;
            }

            if (lag < before)
            {
                (moved, before) = (_time.GetTimestamp(), lag);
            }
            else if (_time.GetElapsedTime(moved) > GivenUpAfter)
            {
                return string.Create(CultureInfo.InvariantCulture,
                    $"the mirror stood still for {GivenUpAfter.TotalSeconds:0} s, {lag:#,0} {(lag == 1 ? "offset" : "offsets")} behind");
            }

            await Task.Delay(LookAgain, _time, abort);
        }

        return null;
    }

    private long Behind()
    {
        var positions = _engine.Flows[0].Lanes().ToDictionary(lane => (lane.Topic, lane.Partition), lane => lane.Position);
        return _topics.Sum(topic => Enumerable.Range(0, topic.Partitions).Sum(
            partition => Math.Max(0,
                _clusters.LogEnd(DemoSide.Source, topic.Name, partition) - (positions.GetValueOrDefault((topic.Name, partition)) ?? 0))));
    }

    private async Task<AuditResult> AuditAsync(string? failure, CancellationToken ct)
    {
        var audit = new DemoAudit(_clusters, _clients[4], _clients[5], _time);
        var started = _time.GetTimestamp();
        var topics = await audit.CompareAsync(_topics,
            topic => topic.IsTransactional ? _transactions.Committed : _load.AcknowledgedOf(topic), ct);
        failure ??= topics.Where(topic => topic.IsShort)
            .Select(topic => $"{topic.Topic}: the source acknowledged {topic.Written} records and holds {topic.Found}").FirstOrDefault();
        return new AuditResult(topics, audit.Check(_group.Committed, _translation.Translated), failure, _time.GetElapsedTime(started));
    }

    private List<DemoLane> Lanes()
    {
        var progress = _engine.Flows[0].Lanes().ToDictionary(lane => new TopicPartition(lane.Topic, lane.Partition));
        return
        [
            .. from topic in _topics
               from partition in Enumerable.Range(0, topic.Partitions)
               select Lane(new TopicPartition(topic.Name, partition), topic.What, progress),
        ];
    }

    private DemoLane Lane(TopicPartition partition, string kind, Dictionary<TopicPartition, LaneProgress> progress)
    {
        var lane = progress.GetValueOrDefault(partition);
        var end = _clusters.LogEnd(DemoSide.Source, partition.Topic, partition.Partition);
        return new DemoLane(partition.Topic, partition.Partition, kind)
        {
            SourceEnd = end,
            TargetEnd = _clusters.LogEnd(DemoSide.Target, partition.Topic, partition.Partition),
            Lag = lane?.Position is { } position ? Math.Max(0, end - position) : null,
            RecordsPerSecond = Math.Round(_rates.Sampled(partition, lane?.Records ?? 0)),
            GroupOffset = _group.Committed.TryGetValue(partition, out var committed) ? committed : null,
            TranslatedOffset = _translation.Translated.TryGetValue(partition, out var translated) ? translated : null,
            IsOpen = lane is { Position: not null },
            Waits = lane?.Paused?.Cause
                ?? (_clusters.HasLeader(DemoSide.Source, partition.Topic, partition.Partition) ? null : "source: its leader is away"),
        };
    }
}
