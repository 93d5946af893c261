using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Fetching;
using Heliostat.Client.Groups;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tails;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// One member of the group with connections of its own: a fetcher, a producer, and the lanes of the partitions it was given. MirrorMaker 1's thread.
/// </summary>
internal sealed partial class MirrorStream : IGroupListener, IAsyncDisposable
{
    /// <summary>How long lanes that are given back may wait for their last acknowledgements, at most.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(20);

    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _drainTimeout;
    private readonly KafkaClient _source;
    private readonly KafkaClient _target;
    private readonly KafkaClient _tailSource;
    private readonly KafkaClient _tailTarget;
    private readonly TailCheck _tails;
    private readonly Fetcher _fetcher;
    private readonly Producer _producer;
    private readonly ConsumerGroup _group;
    private readonly LaneFactory _factory;
    private readonly LaneOpener _opener;
    private readonly LaneWatch _watch;
    private readonly SourceEndsLoop _ends;
    private readonly TargetWatch _targetWatch;
    private readonly LossBook _losses;
    private readonly PositionCommitter _committer;
    private readonly Subscription _subscription;
    private readonly RecordPathPool _recordPaths;

    public MirrorStream(
        MirrorOptions options, int index, FramePool frames, ConcurrentDictionary<string, bool> keeping, KnownPositions known, Action<string> abort,
        Func<LanePlan, ILaneObserver>? observe, TimeProvider time, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<MirrorStream>();
        _time = time;
        _drainTimeout = options.Grace / 2 < LongestDrain ? options.Grace / 2 : LongestDrain;
        var sourceId = options.GroupId.Length > 0 ? $"{options.GroupId}-{index}" : options.Source.Client.ClientId;
        _source = new KafkaClient(options.Source.Client with { ClientId = sourceId }, frames, time, loggers);
        _target = new KafkaClient(options.Target.Client, frames, time, loggers);
        _source.Metadata.TrackAll();
        _fetcher = new Fetcher(_source, FetchBudget.Of(options.Source, options.Target, options.MemoryBudgetBytes / options.Streams), time, loggers);
        _producer = new Producer(_target, options.Target.Producer, time, loggers);
        var member = options.Source.Group with
        {
            GroupInstanceId = options.Source.Group.GroupInstanceId is { } instance && index > 0 ? $"{instance}-{index}" : options.Source.Group.GroupInstanceId,
            StopTimeout = options.Grace * 3 / 4,
        };
        _group = new ConsumerGroup(_source, member, this, time, loggers);

        var codec = options.Target.Codec;
        _recordPaths = new RecordPathPool(codec, Protocol.Compression.DecompressionBuffer.DefaultMaxBytes);
        var context = new LaneContext
        {
            Time = time,
            Frames = frames,
            RecordPaths = _recordPaths,
            Logger = loggers.CreateLogger<Lane>(),
            ReadCommitted = options.Source.Fetch.IsolationLevel == IsolationLevel.ReadCommitted,
            CheckCrcs = options.Source.CheckCrcs,
            Codec = codec,
            BatchBytes = options.Target.BatchBytes,
            Lingers = options.Target.Linger > TimeSpan.Zero,
            QueueBytes = Math.Max(options.Source.Fetch.MaxPartitionBytes, 1024 * 1024),
            Abort = options.AbortOnSendFailure ? abort : null,
            Lost = Lost,
            Doubtful = () => _opener!.Wake(),
        };

        var targets = new TargetTopics(_target, new AdminClient(_target, time), options.TopicCreation, _logger);
        _factory = new LaneFactory(Lanes, context, _fetcher, _producer, observe);
        _committer = new PositionCommitter(Lanes, _group, known, options.CommitInterval, time, _logger);
        var planner = new LanePlanner(_source, targets, options, keeping);
        var patience = new OpeningPatience(options.Target.MaxBlock ?? TimeSpan.MaxValue, context.Abort, time);
        _losses = new LossBook(options.Source.Losses, ledger: null, loss => WayOn(options.Source, loss), _logger);
        var look = new LogLook(
            new LogSide(_source, options.Source.Fetch.IsolationLevel, time, loggers), new LogSide(_target, IsolationLevel.ReadUncommitted, time, loggers));
        _tailSource = new KafkaClient(options.Source.Client with { ClientId = $"{sourceId}-tail" }, frames, time, loggers);
        _tailTarget = new KafkaClient(options.Target.Client with { ClientId = $"{options.Target.Client.ClientId}-tail" }, frames, time, loggers);
        _tails = TailCheck.Over(
            _tailSource, _tailTarget, options.Source.Fetch.IsolationLevel, new TailLimits(TailLimits.DefaultMaxBytes, options.MemoryBudgetBytes / options.Streams / 4), time, _logger);
        var starts = new StartPositions(_group, _source, new AdminClient(_source, time), options.Source, known, _logger);
        _opener = new LaneOpener(Lanes, planner, starts, new LaneResumption(look, _losses, _tails, _committer, _logger), _factory, patience, time, _logger);
        _targetWatch = new TargetWatch(Lanes, look.Target, planner, patience, time, _logger);
        _watch = new LaneWatch(Lanes, targets, time, _logger);
        _ends = new SourceEndsLoop(() => Lanes.Open, _source, time, _logger);
        _subscription = new Subscription(_source, _group, options.Topics, options.Naming, _logger);
    }

    public LaneTable Lanes { get; } = new();

    /// <summary>What the target acknowledged since the start.</summary>
    public ProducerSnapshot Delivered => _producer.Snapshot();

    /// <summary>What the group has committed, whoever committed it.</summary>
    public ValueTask<CommittedOffsets> CommittedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken ct) =>
        _group.FetchOffsetsAsync(partitions, requireStable: false, ct);

    /// <summary>Mirrors until <paramref name="stop"/>, then gives its lanes back; <paramref name="abort"/> ends it at once.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var services = CancellationTokenSource.CreateLinkedTokenSource(abort);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        Task[] running =
        [
            _source.RunAsync(services.Token), _target.RunAsync(services.Token), _fetcher.RunAsync(services.Token), _producer.RunAsync(services.Token),
        ];
        Task[] working =
        [
            _group.RunAsync(work.Token), _subscription.RunAsync(work.Token), _opener.RunAsync(work.Token),
            _watch.RunAsync(work.Token), _ends.RunAsync(work.Token), _targetWatch.RunAsync(work.Token), _committer.RunAsync(work.Token),
        ];

        // The first to end ends the rest: a stop ends the work, a failure ends everything. The group leaves while the services still run.
        await Task.WhenAny([.. running, .. working]);
        await work.CancelSoonAsync();
        await LeftAsync(working, abort);
        await services.CancelSoonAsync();
        await LoopEnds.AllAsync(running);
        abort.ThrowIfCancellationRequested();
        await LoopEnds.ThrowFirstFailureAsync([.. working, .. running]);
    }

    public ValueTask AssignedAsync(IReadOnlyList<TopicPartition> added, int generation, CancellationToken ct)
    {
        foreach (var partition in added)
        {
            Lanes.Own(partition);
        }

        _opener.Wake();
        return ValueTask.CompletedTask;
    }

    public async ValueTask RevokedAsync(IReadOnlyList<TopicPartition> removed, CancellationToken ct)
    {
        var lanes = Lanes.BeginGivingUp(removed);
        try
        {
            await Task.WhenAll(lanes.Select(lane => lane.DrainAsync())).WaitHereAsync(_drainTimeout, _time, ct);
        }
        catch (TimeoutException)
        {
            LogNotDrained(_logger, lanes.Count(lane => !lane.IsSettled));
        }
        finally
        {
            await CommitAndCloseAsync(removed, lanes, ct);
        }
    }

    public async ValueTask LostAsync(IReadOnlyList<TopicPartition> lost, CancellationToken ct)
    {
        LogLost(_logger, lost.Count);
        await CloseAsync(lost, Lanes.BeginGivingUp(lost));
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
        await _tailSource.DisposeAsync();
        await _tailTarget.DisposeAsync();
        _tails.Dispose();
        _recordPaths.Dispose();
    }

    /// <summary>Awaits the end of the work; an abort cuts the connections, so that nothing waits for a cluster any more.</summary>
    private async Task LeftAsync(Task[] working, CancellationToken abort)
    {
        try
        {
            await LoopEnds.AllAsync(working).WaitHereAsync(abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await _source.DisposeAsync();
            await _target.DisposeAsync();
            await LoopEnds.AllAsync(working);
        }
    }

    private LossAction Lost(Loss loss)
    {
        var action = _losses.Policies.Of(loss.Kind, loss.Lane.Topic);
        if (action == LossAction.Record)
        {
            _losses.Tell(loss, action);
        }

        return action;
    }

    private static string WayOn(SourceOptions source, Loss loss)
    {
        var at = loss.GoOnAt is { } offset ? $"--to-offset {offset}" : "--to-offset N";
        return $"stop the mirror, say where to go on with 'kafka-consumer-groups.sh --bootstrap-server {source.Client.BootstrapServers[0].Host}:{source.Client.BootstrapServers[0].Port} --group {source.Group.GroupId} "
            + $"--topic {loss.Lane.Topic}:{loss.Lane.Partition} --reset-offsets {at} --execute', and start it again; until then this partition stands still";
    }

    private async Task CommitAndCloseAsync(IReadOnlyList<TopicPartition> removed, IReadOnlyList<Lane> lanes, CancellationToken ct)
    {
        try
        {
            await _committer.CommitAsync(lanes, ct);
        }
        finally
        {
            await CloseAsync(removed, lanes);
        }
    }

    private async Task CloseAsync(IReadOnlyList<TopicPartition> partitions, IReadOnlyList<Lane> lanes)
    {
        Lanes.Disown(partitions);
        foreach (var lane in lanes)
        {
            _factory.Close(lane);
        }

        await _committer.ForgetAsync(lanes, CancellationToken.None);
    }

    [LoggerMessage(EventIds.Drained, LogLevel.Warning, "{Count} lanes were given back before the target acknowledged all that was in flight: it may be mirrored twice")]
    private static partial void LogNotDrained(ILogger logger, int count);

    [LoggerMessage(EventIds.Lost, LogLevel.Warning, "source: membership was lost: {Count} partitions may already belong to others; nothing more is committed for them")]
    private static partial void LogLost(ILogger logger, int count);
}
