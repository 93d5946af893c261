using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Membership;

/// <summary>
/// A member of a group that shares out work of our own kind, over the classic protocol under a protocol type of its own. What stays with a
/// member is never given up for a rebalance: it joins with all that it has, goes on meanwhile, and gives up only what its share lacks.
/// <code>
///   Joining ---------> Member ---asked to, or own reasons: joins again, working on---> Joining
///      ^                 |
///      |                 | UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION: all work is another's from now on
///      +-----------------+
///   cancelled, anywhere: gives everything up (the worker), leaves
/// </code>
/// </summary>
public sealed partial class WorkGroup
{
    /// <summary>Those that are not told in time hear of it when this member has left.</summary>
    private static readonly TimeSpan AnnouncedWithin = TimeSpan.FromSeconds(1);

    private readonly IMemberCluster _cluster;
    private readonly IMemberCluster _beside;
    private readonly MemberOptions _options;
    private readonly IWorker _worker;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly GroupEntry _entry;
    private readonly JoinLoop _joining;
    private readonly MemberPlace _place = new();
    private Beats? _beats;
    private long _enteredAt = long.MinValue;

    /// <summary>Does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="client">A client of the group's cluster.</param>
    /// <param name="options">The group, and how to be a member.</param>
    /// <param name="worker">What the group shares out, and who does it here.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to.</param>
    public WorkGroup(KafkaClient client, MemberOptions options, IWorker worker, TimeProvider time, ILoggerFactory loggers)
        : this(new KafkaMemberCluster(client, options.GroupId), new KafkaMemberCluster(client, options.GroupId), options, worker, time,
            loggers)
    {
    }

    internal WorkGroup(IMemberCluster cluster, IMemberCluster beside, MemberOptions options, IWorker worker, TimeProvider time,
        ILoggerFactory loggers)
    {
        _cluster = cluster;
        _beside = beside;
        _options = options;
        _worker = worker;
        _time = time;
        _logger = loggers.CreateLogger<WorkGroup>();
        _backOff = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), cluster.Random);
        _entry = new GroupEntry(cluster, options, new WorkProtocol(cluster, options, worker), time);
        _joining = new JoinLoop(cluster, options.GroupId, time, _logger);
    }

    /// <summary>The coordinator's name for this member; empty before it gave one.</summary>
    public string MemberId => _place.MemberId;

    /// <summary>
    /// When the last request was sent that the coordinator answered as a member's, in timestamps of the clock: nobody else is given what
    /// this member has within the session timeout from then on. <see cref="long.MinValue"/> before the first.
    /// </summary>
    public long RenewedAt => Math.Max(Volatile.Read(ref _enteredAt), Volatile.Read(ref _beats)?.Loop.RenewedAt ?? long.MinValue);

    /// <summary>What the worker says of itself has changed (<see cref="IWorker.Offer"/>): joins again.</summary>
    public void Rejoin(string reason)
    {
        Interlocked.CompareExchange(ref _rejoin, reason, null);
        _place.Wake();
    }

    private string? _rejoin;

    /// <summary>
    /// Takes part until <paramref name="ct"/> is cancelled; then lets the worker give everything up, and leaves. To be called once.
    /// </summary>
    /// <exception cref="KafkaErrorException">The group does not want this member: no access, another protocol type, fenced instance id,
    /// group full.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await PutOutTheDeadAsync(ct);
            while (true)
            {
                var entered = await JoinAsync(ct);
                await _worker.ShareAsync(entered.Share, entered.Leads, ct);
                await BeatAnewAsync();
                await WaitForReasonAsync(ct);
                ct.ThrowIfCancellationRequested();
                if (_beats!.Loop.Failure is { } failure)
                {
                    await LoseAsync(failure);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await AnnounceAsync();
            await _worker.GiveUpAsync();
        }
        catch (KafkaErrorException)
        {
            await _worker.LoseAsync();
            throw;
        }
        finally
        {
            await LeaveAsync();
            await EndBeatsAsync();
        }
    }

    /// <summary>Best effort: without the right to describe the group, the group waits.</summary>
    private async Task PutOutTheDeadAsync(CancellationToken ct)
    {
        try
        {
            var answer = await _beside.AskAsync(new DescribeGroupsRequest { Groups = [_options.GroupId] }, _options.SessionTimeout, ct);
            var dead = answer.Groups is [{ ErrorCode: ErrorCode.None } group] && group.ProtocolType == _worker.ProtocolType
                ? group.Members.Where(member => member.GroupInstanceId is null && member.MemberMetadata.Length > 0
                    && _worker.IsGone(member.MemberMetadata)) : [];
            foreach (var member in dead)
            {
                Log.Dead(_logger, _cluster.Name, _options.GroupId, member.MemberId);
                await GroupExit.LeaveAsync(_beside, _options with { GroupInstanceId = null }, member.MemberId, _time);
            }
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The join that follows says what is wrong.
        }
    }

    /// <summary>Joins once more while all work goes on; the others then look out for the end of it.</summary>
    private async Task AnnounceAsync()
    {
        if (_beats is not { } beats || beats.Loop.Failure is not null || !_worker.IsToBeAnnounced())
        {
            return;
        }

        using var enough = new CancellationTokenSource(AnnouncedWithin, _time);
        try
        {
            beats.Loop.IsJoining = true;
            _place.Reason = "stopping";
            var (outcome, entered) = await _entry.TryAsync(_place, enough.Token);
            if (outcome == JoinOutcome.Joined)
            {
                Volatile.Write(ref _enteredAt, entered!.AskedAt);
                await BeatAnewAsync();
            }
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException or OperationCanceledException)
        {
            // Then they hear of it when it leaves.
        }
    }

    private async Task<EnteredGeneration> JoinAsync(CancellationToken ct)
    {
        if (_beats is { } beats)
        {
            beats.Loop.IsJoining = true;
        }

        Interlocked.Exchange(ref _rejoin, null);
        var entered = await _joining.RunAsync(
            TryJoinAsync, () => LoseAsync(_place.MemberId.Length == 0 ? ErrorCode.UnknownMemberId : ErrorCode.IllegalGeneration), ct);
        Volatile.Write(ref _enteredAt, entered.AskedAt);
        _place.Reason = "";
        return entered;
    }

    /// <summary>
    /// The first member of an empty group is kept waiting for others (<c>group.initial.rebalance.delay.ms</c>). The coordinator's list
    /// shows whether there are any, and who comes later finds this one in it.
    /// </summary>
    private async ValueTask<(JoinOutcome Outcome, EnteredGeneration? Entered)> TryJoinAsync(CancellationToken ct)
    {
        if (_place.MemberId.Length == 0 || _beats is not null)
        {
            return await _entry.TryAsync(_place, ct);
        }

        using var joined = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var looking = LookAroundAsync(_place.MemberId, joined.Token);
        try
        {
            return await _entry.TryAsync(_place, ct);
        }
        finally
        {
            await joined.CancelSoonAsync();
            await looking;
        }
    }

    private async Task LookAroundAsync(string memberId, CancellationToken ct)
    {
        try
        {
            for (var looks = 1; ; looks++)
            {
                await Task.Delay(_backOff.Next(looks) / 4, _time, ct);
                var answer = await _beside.AskAsync(new DescribeGroupsRequest { Groups = [_options.GroupId] }, _options.SessionTimeout, ct);
                if (answer.Groups is [{ ErrorCode: ErrorCode.None, Members: var members }]
                    && members.Exists(member => member.MemberId == memberId))
                {
                    if (members.Count == 1)
                    {
                        await _worker.AloneAsync(ct);
                    }

                    return;
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The generation has begun meanwhile.
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException)
        {
            // Then it waits as long as the coordinator says.
        }
    }

    private async Task WaitForReasonAsync(CancellationToken ct)
    {
        var beats = _beats!.Loop;
        while (!ct.IsCancellationRequested && !beats.HasEnded && _place.Reason.Length == 0)
        {
            _place.Reason = Volatile.Read(ref _rejoin) ?? (beats.RebalanceAsked ? "group is already rebalancing" : "");
            if (_place.Reason.Length == 0)
            {
                await _place.WaitAsync(ct);
            }
        }
    }

    /// <summary>
    /// The coordinator does not count this member in any more. It comes back under a new id, except after ILLEGAL_GENERATION.
    /// </summary>
    private async Task LoseAsync(ErrorCode code)
    {
        Log.Lost(_logger, _cluster.Name, _options.GroupId, code.Name());
        Volatile.Write(ref _enteredAt, long.MinValue);
        _place.Generation = -1;
        _place.Reason = "joining again";
        if (code is not ErrorCode.IllegalGeneration)
        {
            _place.MemberId = "";
        }

        await EndBeatsAsync();
        await _worker.LoseAsync();
        if (code is not (ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration))
        {
            throw await new WorkProtocol(_cluster, _options, _worker).ExplainAsync(code, CancellationToken.None);
        }
    }

    private async Task BeatAnewAsync()
    {
        await EndBeatsAsync();
        var stop = new CancellationTokenSource();
        var loop = new HeartbeatLoop(_beside, _options, _place, _time, _logger) { IsHurried = () => _worker.IsMoving };
        Volatile.Write(ref _beats, new Beats(loop, loop.RunAsync(stop.Token), stop));
    }

    private async Task EndBeatsAsync()
    {
        if (Interlocked.Exchange(ref _beats, null) is { } beats)
        {
            await beats.Stop.CancelSoonAsync();
            await beats.Running;
            beats.Loop.Dispose();
            beats.Stop.Dispose();
        }
    }

    private async Task LeaveAsync()
    {
        if (_place.MemberId.Length == 0 || _options.GroupInstanceId is not null)
        {
            return;
        }

        try
        {
            await GroupExit.LeaveAsync(_beside, _options, _place.MemberId, _time);
        }
        catch (Exception e) when (e is KafkaConnectionException or KafkaErrorException or OperationCanceledException)
        {
            Log.NotLeft(_logger, _cluster.Name, _options.GroupId, _options.SessionTimeout,
                e is OperationCanceledException ? "its coordinator did not answer in time" : e.Message);
        }
    }

    private sealed record Beats(HeartbeatLoop Loop, Task Running, CancellationTokenSource Stop);

    private static partial class Log
    {
        [LoggerMessage(EventIds.WorkLost, LogLevel.Warning,
            "{Cluster}: group {Group} does not count this worker in any more ({Error}); what it had is another's")]
        public static partial void Lost(ILogger logger, string cluster, string group, string error);

        [LoggerMessage(EventIds.WorkerDead, LogLevel.Information,
            "{Cluster}: member {Member} of group {Group} is a process of this machine that has ended: it is put out of the group")]
        public static partial void Dead(ILogger logger, string cluster, string group, string member);

        [LoggerMessage(EventIds.WorkNotLeft, LogLevel.Warning,
            "{Cluster}: could not leave group {Group}, which waits {SessionTimeout} before it gives the work to others: {Cause}")]
        public static partial void NotLeft(ILogger logger, string cluster, string group, TimeSpan sessionTimeout, string cause);
    }
}
