using Heliostat.Client.Membership;
using Heliostat.Client.Routing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>
/// One member of a consumer group (classic protocol): joins, keeps its place, tells the listener what it owns, and commits offsets.
/// <code>
///              joined                    asked to, or own reasons: give up (eager: everything), rejoin
///   Joining ------------> Stable --------------------------------------------------------------------> Joining
///      ^                    |  UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION: partitions are lost                 |
///      +--------------------+-----------------------------------------------------------------------------+
///   cancelled, anywhere: give up everything, leave.       FENCED_INSTANCE_ID and other refusals: throw
/// </code>
/// </summary>
public sealed partial class ConsumerGroup
{
    private readonly IGroupCluster _cluster;
    private readonly GroupOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GroupJoin _join;
    private readonly JoinLoop _joining;
    private readonly GroupCallbacks _callbacks;
    private readonly GroupGeneration _generation;
    private readonly OffsetStore _offsets;
    private readonly MemberState _member = new();

    /// <summary>Does nothing until <see cref="RunAsync"/>.</summary>
    public ConsumerGroup(KafkaClient client, GroupOptions options, IGroupListener listener, TimeProvider time, ILoggerFactory loggers)
        : this(new KafkaGroupCluster(client, options.GroupId), options, listener, time, loggers)
    {
    }

    internal ConsumerGroup(IGroupCluster cluster, GroupOptions options, IGroupListener listener, TimeProvider time, ILoggerFactory loggers)
    {
        _cluster = cluster;
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<ConsumerGroup>();
        _join = new GroupJoin(cluster, options, _member, time, _logger);
        _joining = new JoinLoop(cluster, options.GroupId, time, _logger);
        _callbacks = new GroupCallbacks(listener, options, time, _logger);
        _generation = new GroupGeneration(cluster, options, _member, _callbacks, time, _logger);
        _offsets = new OffsetStore(cluster, options.GroupId, time, _logger);
    }

    /// <summary>The group's name.</summary>
    public string GroupId => _options.GroupId;

    /// <summary>Its standing now; cheap, and safe from any thread.</summary>
    public GroupMembership Membership => _member.Membership;

    /// <summary>
    /// When the last request was sent that the coordinator answered as a member's, in timestamps of the clock; for ever where brokers know
    /// no members, and <see cref="long.MinValue"/> before the first.
    /// </summary>
    public long RenewedAt => _generation.RenewedAt;

    /// <summary>
    /// Takes part until <paramref name="ct"/> is cancelled; then gives up its partitions through <see cref="IGroupListener.RevokedAsync"/>,
    /// leaves (a static member keeps its place) and returns. Waits with the first join for the first <see cref="SetTopics"/>. To be called
    /// once.
    /// </summary>
    /// <exception cref="KafkaErrorException">The group does not want this member: no access, fenced instance id, no common assignor, group
    /// full.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (_member.Topics is null)
            {
                await _member.WaitAsync(ct);
                ct.ThrowIfCancellationRequested();
            }

            while (true)
            {
                if (await _generation.RunAsync(await JoinAsync(ct), ct) is { } failure)
                {
                    await LoseAsync(failure);
                }

                ct.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // A member that was joining may still own partitions: a cooperative one keeps them meanwhile.
            await _callbacks.RevokeAsync(_member.Owned, CancellationToken.None, ct);
            _member.Own([]);
        }
        catch (KafkaErrorException)
        {
            await _callbacks.LoseAsync(_member.Owned);
            _member.Own([]);
            throw;
        }
        finally
        {
            await LeaveAsync();
        }
    }

    /// <summary>
    /// Subscribes to these topics instead of the former ones; the group rebalances if that is a change. A topic need not exist yet.
    /// </summary>
    public void SetTopics(IReadOnlyList<string> topics)
    {
        _member.Topics = [.. topics.Distinct().Order(StringComparer.Ordinal)];
        _member.Wake();
    }

    /// <summary>
    /// Stores offsets in the name of the current generation. Retriable errors are retried for <see cref="ClientOptions.CallTimeout"/>, and
    /// then answered as <see cref="CommitOutcome.Failed"/>.
    /// </summary>
    public async ValueTask<CommitResult> CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken ct)
    {
        var sender = Membership;
        if (sender.Generation < 0)
        {
            return new CommitResult(CommitOutcome.NotMember, ErrorCode.UnknownMemberId, OffsetStore.NoErrors);
        }

        var result = await _offsets.CommitAsync(sender.MemberId, sender.Generation, _options.GroupInstanceId, offsets, ct);

        // A cooperative member may own the same partitions in the next generation, which has begun meanwhile.
        var now = Membership;
        return result.ErrorCode == ErrorCode.IllegalGeneration && now.Generation >= 0
            && (now.IsRebalancing || now.Generation != sender.Generation)
            ? result with { Outcome = CommitOutcome.Rebalancing }
            : result;
    }

    /// <summary>Reads what the group has committed; errors as for <see cref="CommitAsync"/>.</summary>
    /// <param name="partitions">Which partitions.</param>
    /// <param name="requireStable">Waits while a transaction that commits offsets is undecided (KIP-447); brokers before 2.5 do not know
    /// it.</param>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask<CommittedOffsets> FetchOffsetsAsync(IReadOnlyCollection<TopicPartition> partitions, bool requireStable,
        CancellationToken ct) =>
            _offsets.FetchAsync(partitions, requireStable, ct);

    private Task<JoinedGeneration> JoinAsync(CancellationToken ct)
    {
        _member.Membership = Membership with { IsRebalancing = true };
        return _joining.RunAsync(
            token => _join.TryAsync(_member.Topics!, token),
            () => LoseAsync(_member.MemberId.Length == 0 ? ErrorCode.UnknownMemberId : ErrorCode.IllegalGeneration), ct);
    }

    /// <summary>
    /// The coordinator does not count this member in any more. A dynamic one comes back under a new id, except after ILLEGAL_GENERATION.
    /// </summary>
    private async Task LoseAsync(ErrorCode code)
    {
        Log.Lost(_logger, _cluster.Name, _options.GroupId, code.Name(), _member.Owned.Count);
        _member.Generation = -1;
        _member.Reason = "";
        if (code is not ErrorCode.IllegalGeneration)
        {
            _member.MemberId = "";
        }

        var lost = _member.Owned;
        _member.Own([]);
        _member.Membership = GroupMembership.None with { IsRebalancing = true };
        await _callbacks.LoseAsync(lost);
        if (code is not (ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration))
        {
            throw await GroupRefusal.ExplainAsync(_cluster, _options, code, CancellationToken.None);
        }
    }

    private async Task LeaveAsync()
    {
        var stays = _options.GroupInstanceId is not null && !_options.LeaveStaticMembership;
        var memberId = _member.MemberId;
        _member.Membership = GroupMembership.None;
        if (memberId.Length == 0 || stays)
        {
            return;
        }

        try
        {
            var answer = await GroupExit.LeaveAsync(_cluster, _options.Member, memberId, _time);
            Log.Left(_logger, _cluster.Name, _options.GroupId, answer == ErrorCode.None ? "" : $" ({answer.Name()})");
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException or OperationCanceledException)
        {
            Log.NotLeft(_logger, _cluster.Name, _options.GroupId, _options.SessionTimeout,
                e is OperationCanceledException ? "its coordinator did not answer in time" : e.Message);
        }
    }
}
