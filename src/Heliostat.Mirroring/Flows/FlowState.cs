using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.MirrorClient.Positions;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Deletions;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Quotas;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// What a flow keeps in Kafka, as it stood when the flow began; all of its topics are looked at side by side. Lanes need positions, maps
/// and state; what only follows the records is read beside them (<see cref="FlowFollowers"/>).
/// </summary>
internal sealed partial class FlowState(FlowOptions flow, FlowTopicNames names, FlowClients clients, TimeProvider time,
    ILoggerFactory loggers, ILogger logger) : IAsyncDisposable
{
    /// <summary>What a start may wait for without a word.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, (string Cluster, long Since)> _awaited = new(StringComparer.Ordinal);
    private readonly AsyncLock _following = new();
    private StoredView? _stored;
    private StateView? _state;

    public PositionTopic Positions { get; } = new(flow.Worker.ConnectorName, flow.Naming.SourceAlias);

    public int PositionPartitions { get; private set; }

    public int MapPartitions { get; private set; }

    public LaneOffsetTable Offsets { get; } = new(logger);

    public CheckpointStore Checkpoints { get; } = new();

    public AclLedger Acls { get; } = new();

    public LossLedger Losses { get; } = new(time);

    /// <summary>Slots that were given up in good order.</summary>
    public SlotMarks Marks { get; } = new();

    /// <summary>Who is to have what, as an operator says.</summary>
    public WishBook Wishes { get; } = new(time);

    /// <summary>What lanes are to pass over, as an operator says.</summary>
    public SkipBook Skips { get; } = new();

    /// <summary>Which topics the flow has, and which its workers claim.</summary>
    public ClaimBook Claims { get; } = new();

    /// <summary>Quotas of the target that are copies.</summary>
    public QuotaLedger Quotas { get; } = new();

    /// <summary>Mirrored topics that are gone from the source.</summary>
    public GoneBook Gone { get; } = new();

    /// <summary>What the background audit knows.</summary>
    public AuditBook Audits { get; init; } = new();

    /// <summary>Told what is to stand still; null where nothing runs.</summary>
    public Suspensions? Suspended { get; init; }

    /// <summary>Why the flow has not begun yet; null where it has, or waits but for a moment.</summary>
    public Trouble? Trouble
    {
        get
        {
            var (name, (cluster, since)) = _awaited
                .OrderByDescending(topic => _stored?.Topics.IsBehind(topic.Key) == true || _state?.IsBehind(topic.Key) == true)
                .ThenBy(topic => topic.Value.Since).FirstOrDefault();
            return name is null || time.GetElapsedTime(since) is var waits && waits < Patience ? null : Trouble.Said(
                TroubleKind.TopicNotReady,
                $"{cluster}: not begun yet: for {waits.TotalSeconds:0} s topic '{name}' can be neither looked up nor read; "
                + "a partition without a leader, or a broker that does not answer");
        }
    }

    /// <summary>Sees to it that the topics stand that lanes need.</summary>
    public async Task EnsureTopicsAsync(CancellationToken ct)
    {
        var needed = names.Needed;
        if (needed.Count > 0)
        {
            var counts = new InternalTopicCreation(clients.OnTarget, flow.Name.Target, flow.AdminTimeout, logger).EnsureAsync(needed, ct);
            await AwaitAsync(flow.Name.Target, needed, counts);
            (PositionPartitions, MapPartitions) = ((await counts)[0], (await counts)[1]);
        }
    }

    /// <summary>
    /// Reads positions, offset maps, checkpoints, and the syncs that say something about what was mirrored before there was a map, for who
    /// does not run the flow: a topic that is not there holds nothing.
    /// </summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        await Settling.AllAsync(
        [
            ReadAsync(clients.TargetReader(), names.Positions, record => Positions.Take(record.Key, record.Value, record.Value is null),
                missingIsEmpty: true, ct),
            ReadAsync(clients.TargetReader(), names.OffsetMap, record => Offsets.TakeMap(record.Key, record.Value), missingIsEmpty: true,
                ct),
            ReadAsync(clients.TargetReader(), names.State, TakeState, missingIsEmpty: true, ct),
            flow.Groups.CheckpointInterval is null ? Task.CompletedTask : ReadCheckpointsAsync(missingIsEmpty: true, ct),
            flow.OffsetSyncs.Enabled ? ReadOffsetSyncsAsync(missingIsEmpty: true, ct) : Task.CompletedTask,
        ]);
        Offsets.ReachedEnd();
    }

    /// <summary>Reads what is known of where groups stand.</summary>
    public Task ReadCheckpointsAsync(bool missingIsEmpty, CancellationToken ct) => ReadAsync(
        clients.TargetReader(), names.Checkpoints, record => Checkpoints.Put(Checkpoint.Read(record.Key, record.Value)),
        missingIsEmpty, ct);

    /// <summary>Reads what says something about what was mirrored before there was a map; without it less is translated.</summary>
    public async Task ReadOffsetSyncsAsync(bool missingIsEmpty, CancellationToken ct)
    {
        await ReadAsync(clients.SyncsReader(), names.OffsetSyncs,
            record => Offsets.TakeHistory(OffsetSync.Read(record.Key, record.Value)), missingIsEmpty, ct);
        Offsets.ReachedEnd();
    }

    /// <summary>What the state topic says by now of losses and halted lanes.</summary>
    public async Task RereadLossesAsync(CancellationToken ct)
    {
        var state = await FollowStateAsync();
        await state.ToEndAsync(ct);
        Losses.Adopt(state.Losses);
    }

    /// <summary>
    /// Reads what lanes need, for a flow that runs, beside others or alone, whose topics are there: what its workers store is followed from
    /// then on, until <see cref="FollowAsync"/> says that there are no others.
    /// </summary>
    public Task BeginAsync(CancellationToken ct) => AwaitAsync(
        flow.Name.Target, [names.Positions, names.OffsetMap, names.State], ReadOthersAsync(static _ => false, hasControl: false, ct));

    /// <summary>
    /// Takes in what is stored by now of lanes but those that <paramref name="isOurs"/>, and of rules without
    /// <paramref name="hasControl"/>: others may have had them meanwhile.
    /// </summary>
    public async Task ReadOthersAsync(Func<TopicPartition, bool> isOurs, bool hasControl, CancellationToken ct)
    {
        var (stored, state) = (await FollowAsync(shared: true), await FollowStateAsync());
        await Settling.AllAsync(stored!.Topics.ToEndAsync(ct), state.ToEndAsync(ct));
        Positions.Adopt(stored.Positions, isOurs);
        Offsets.Adopt(stored.Maps);
        Losses.Adopt(state.Losses, isOurs);
        if (!hasControl)
        {
            state.TellAcls(Acls);
        }

        if (stored.Topics.TakeDamaged() + state.TakeDamaged() is > 0 and var damaged)
        {
            LogDamaged(logger, clients.TargetAdmin.Options.Cluster, damaged,
                string.Join(", ", names.Positions.Name, names.OffsetMap.Name, names.State.Name));
        }
    }

    /// <summary>Where a lane is by what is stored of it, whichever worker has it; null where nothing is known.</summary>
    public SourcePosition? StoredOf(TopicPartition lane, bool isOurs) =>
        (isOurs || _stored is null ? Positions : _stored.Positions).Stored.TryGetValue(lane, out var position) ? position : null;

    /// <summary>Where all lanes are by what is stored of them, whichever worker has them.</summary>
    public IEnumerable<KeyValuePair<TopicPartition, SourcePosition>> StoredByAll(Func<TopicPartition, bool> isOurs) =>
        _stored is not { } others ? Positions.Stored
            : Positions.Stored.Where(lane => isOurs(lane.Key)).Concat(others.Positions.Stored.Where(lane => !isOurs(lane.Key)));

    /// <summary>The offset map of a lane as it is stored, whichever worker has it; null where there is none.</summary>
    public OffsetMap? MapOf(TopicPartition lane, bool isOurs) =>
        isOurs || _stored is null ? Offsets.MapOf(lane) : _stored.Maps.Load(lane, out _) is { EndSource: > 0 } map ? map : null;

    /// <summary>Follows what the workers of the flow store while there are others.</summary>
    public async Task<StoredView?> FollowAsync(bool shared)
    {
        if ((!shared || _stored is { Topics.HasEnded: true }) && Interlocked.Exchange(ref _stored, null) is { } former)
        {
            await former.DisposeAsync();
        }

        return shared ? _stored ??= new StoredView(Topics(), names, Positions.Empty()) : null;
    }

    /// <summary>Follows the state topic, should that have ended: an operator may say something there.</summary>
    public async Task<StateView> FollowStateAsync()
    {
        // Several loops ask: two views at once would be read twice, and one of them never ended.
        await _following.WaitAsync(CancellationToken.None);
        try
        {
            if (_state is { HasEnded: true } && Interlocked.Exchange(ref _state, null) is { } former)
            {
                await former.DisposeAsync();
            }

            return _state ??= new StateView(Topics(), names.State.Name, new OperatorWords(Suspended, Wishes, Skips), record =>
            {
                Marks.Take(record.Key, record.Value);
                Claims.Take(record.Key, record.Value);
                Audits.Take(record.Key, record.Value);
                Gone.Take(record.Key, record.Value);
                Quotas.Take(record.Key, record.Value);
            }, time);
        }
        finally
        {
            _following.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await FollowAsync(shared: false);
        if (Interlocked.Exchange(ref _state, null) is { } state)
        {
            await state.DisposeAsync();
        }
    }

    /// <summary>While <paramref name="work"/> is under way it waits for <paramref name="topics"/>.</summary>
    private async Task AwaitAsync(string cluster, IReadOnlyList<InternalTopic> topics, Task work)
    {
        foreach (var topic in topics)
        {
            _awaited[topic.Name] = (cluster, time.GetTimestamp());
        }

        try
        {
            await work;
        }
        finally
        {
            foreach (var topic in topics)
            {
                _awaited.TryRemove(topic.Name, out _);
            }
        }
    }

    /// <summary>Under exactly-once what is stored of a lane may stand behind a transaction of another slot's.</summary>
    private FollowedTopics Topics() => new(clients.TargetReader, time, loggers)
    {
        AwaitsTransactions = flow.Worker.IsExactlyOnce
    };

    private void TakeState(CompactedRecord record)
    {
        Acls.Take(record.Key, record.Value is null);
        Losses.Take(record.Key, record.Value);
        Audits.Take(record.Key, record.Value);
    }

    /// <summary>
    /// Each topic over a client of its own: fetches of one connection wait for each other. One that is not there is a failure unless
    /// <paramref name="missingIsEmpty"/>.
    /// </summary>
    private async Task ReadAsync(
        KafkaClient client, InternalTopic topic, Action<CompactedRecord> take, bool missingIsEmpty, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var refreshing = client.RunAsync(done.Token);
        try
        {
            var damaged = 0;
            await CompactedTopicReader.ReadAllAsync(client, topic.Name, new CompactedTopicOptions(),
                record => damaged += TryTake(record, take) ? 0 : 1, time, loggers, ct);
            if (damaged > 0)
            {
                LogDamaged(logger, client.Options.Cluster, damaged, topic.Name);
            }
        }
        catch (KafkaErrorException failure) when (missingIsEmpty && failure.Code == ErrorCode.UnknownTopicOrPartition)
        {
            // Nothing was stored yet.
        }
        finally
        {
            await done.CancelSoonAsync();
            await refreshing.SettleAsync();
            await clients.CloseAsync(client);
        }
    }

    /// <summary>As MirrorMaker 2's readers do, what cannot be read is passed over.</summary>
    private static bool TryTake(CompactedRecord record, Action<CompactedRecord> take)
    {
        try
        {
            take(record);
            return true;
        }
        catch (MalformedFrameException)
        {
            return false;
        }
    }

    [LoggerMessage(EventIds.InternalRecordsDamaged, LogLevel.Warning,
        "{Cluster}: records of topic {Topic} that cannot be read and are passed over: {Count}")]
    private static partial void LogDamaged(ILogger logger, string cluster, int count, string topic);
}
