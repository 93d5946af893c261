using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>What a flow keeps in Kafka, as it stood when the flow began; all of its topics are looked at side by side.</summary>
internal sealed partial class FlowState(FlowOptions flow, FlowTopicNames names, FlowClients clients, TimeProvider time,
    ILoggerFactory loggers, ILogger logger) : IAsyncDisposable
{
    /// <summary>What a start may wait for without a word.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);
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

    /// <summary>Told what is to stand still; null where nothing runs.</summary>
    public Suspensions? Suspended { get; init; }

    /// <summary>Why the flow does without one of its topics, or has not begun yet; null where it has all.</summary>
    public Trouble? Trouble =>
        Awaited() ?? (_refused.Values.FirstOrDefault() is { } refused ? Trouble.Said(TroubleKind.WithoutTopic, refused) : null);

    /// <summary>The cluster did not refuse the topic.</summary>
    public bool Has(InternalTopic topic) => !_refused.ContainsKey(topic.Name);

    /// <summary>
    /// Sees to it that the internal topics of the flow stand. It needs those that are read back; as in MirrorMaker 2 it goes on without
    /// another that it has no right to create.
    /// </summary>
    public async Task EnsureTopicsAsync(CancellationToken ct)
    {
        var target = EnsureAsync(clients.OnTarget, flow.Name.Target, [.. names.OnTarget.Where(topic => topic.IsReadBack)], ct);
        await Settling.AllAsync(
        [
            target,
            .. names.OnTarget
                .Where(topic => !topic.IsReadBack).Select(topic => TryEnsureAsync(clients.OnTarget, flow.Name.Target, topic, ct)),
            .. names.OnSource.Select(topic => TryEnsureAsync(clients.OnSource, flow.Name.Source, topic, ct)),
        ]);
        if (flow.Enabled)
        {
            (PositionPartitions, MapPartitions) = ((await target)[0], (await target)[1]);
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
            .. ReadsOfGroups(missingIsEmpty: true, ct),
        ]);
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
    /// Reads the same for a flow that runs, beside others or alone, whose topics are there: what its workers store is followed from then
    /// on, until <see cref="FollowAsync"/> says that there are no others.
    /// </summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        await Settling.AllAsync(
        [
            AwaitAsync(
                flow.Name.Target, [names.Positions, names.OffsetMap, names.State],
                ReadOthersAsync(static _ => false, hasControl: false, ct)),
            .. ReadsOfGroups(missingIsEmpty: false, ct),
        ]);
        Offsets.ReachedEnd();
    }

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

            return _state ??= new StateView(Topics(), names.State.Name, new OperatorWords(Suspended, Wishes, Skips), Marks, Claims, time);
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

    private Trouble? Awaited()
    {
        var (name, (cluster, since)) = _awaited
            .OrderBy(topic => topic.Value.Since).ThenBy(topic => topic.Key, StringComparer.Ordinal).FirstOrDefault();
        return name is null || time.GetElapsedTime(since) is var waits && waits < Patience ? null : Trouble.Said(
            TroubleKind.TopicNotReady,
            $"{cluster}: not begun yet: for {waits.TotalSeconds:0} s topic '{name}' can be neither looked up nor read; "
            + "a partition without a leader, or a broker that does not answer");
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
        AwaitsTransactions = flow.Worker.ExactlyOnce == ExactlyOnceSourceSupport.Enabled
    };

    private IEnumerable<Task> ReadsOfGroups(bool missingIsEmpty, CancellationToken ct)
    {
        if (flow.Groups.CheckpointInterval is not null && Has(names.Checkpoints))
        {
            yield return ReadAsync(clients.TargetReader(), names.Checkpoints,
                record => Checkpoints.Put(Checkpoint.Read(record.Key, record.Value)), missingIsEmpty, ct);
        }

        if (flow.OffsetSyncs.Enabled && Has(names.OffsetSyncs))
        {
            yield return ReadAsync(clients.SyncsReader(), names.OffsetSyncs,
                record => Offsets.TakeHistory(OffsetSync.Read(record.Key, record.Value)), missingIsEmpty, ct);
        }
    }

    private void TakeState(CompactedRecord record)
    {
        Acls.Take(record.Key, record.Value is null);
        Losses.Take(record.Key, record.Value);
    }

    /// <summary>
    /// Each topic over a client of its own: fetches of one connection wait for each other. One that is not there is a failure unless
    /// <paramref name="missingIsEmpty"/>.
    /// </summary>
    private Task ReadAsync(
        KafkaClient client, InternalTopic topic, Action<CompactedRecord> take, bool missingIsEmpty, CancellationToken ct) =>
            AwaitAsync(client.Options.Cluster, [topic], ReadAloneAsync(client, topic, take, missingIsEmpty, ct));

    private async Task ReadAloneAsync(
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
            await client.DisposeAsync();
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

    private async Task<int[]> EnsureAsync(AdminClient admin, string cluster, IReadOnlyList<InternalTopic> topics, CancellationToken ct)
    {
        var counts = topics.Count == 0 ? Task.FromResult<int[]>([])
            : new InternalTopicCreation(admin, cluster, flow.AdminTimeout, logger).EnsureAsync(topics, ct);
        await AwaitAsync(cluster, topics, counts);
        return await counts;
    }

    private async Task TryEnsureAsync(AdminClient admin, string cluster, InternalTopic topic, CancellationToken ct)
    {
        try
        {
            await EnsureAsync(admin, cluster, [topic], ct);
        }
        catch (KafkaErrorException refusal) when (refusal.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.UnsupportedVersion)
        {
            _refused[topic.Name] = $"{refusal.Message}; the flow runs without it";
            LogRefused(logger, refusal.Message);
        }
    }

    [LoggerMessage(EventIds.InternalTopicRefused, LogLevel.Warning, "{Cause}; the flow runs without it")]
    private static partial void LogRefused(ILogger logger, string cause);

    [LoggerMessage(EventIds.InternalRecordsDamaged, LogLevel.Warning,
        "{Cluster}: records of topic {Topic} that cannot be read and are passed over: {Count}")]
    private static partial void LogDamaged(ILogger logger, string cluster, int count, string topic);
}
