using System.Collections.Concurrent;
using Heliostat.Client.Groups;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Tests.Groups;

/// <summary>
/// A coordinator with one member, which it makes leader. A test puts other answers in its way: each is used once, then the usual behaviour
/// goes on.
/// </summary>
internal sealed class ScriptedCluster(RecordingListener listener) : IGroupCluster
{
    private readonly Dictionary<string, int> _topics = new() { ["a"] = 2, ["b"] = 1 };
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _generation;
    private int _ids;
    private long _version = 1;

    public ConcurrentQueue<Func<JoinGroupRequest, CancellationToken, Task<JoinGroupResponse>>> Joins { get; } = new();

    public ConcurrentQueue<Func<SyncGroupRequest, SyncGroupResponse>> Syncs { get; } = new();

    public ConcurrentQueue<Func<HeartbeatRequest, HeartbeatResponse>> Heartbeats { get; } = new();

    public ConcurrentQueue<Func<OffsetCommitRequest, OffsetCommitResponse>> Commits { get; } = new();

    public ConcurrentQueue<Func<OffsetFetchRequest, OffsetFetchResponse>> Fetches { get; } = new();

    public ConcurrentQueue<DescribeGroupsResponse> Descriptions { get; } = new();

    public ConcurrentQueue<JoinGroupRequest> Joined { get; } = new();

    public ConcurrentQueue<OffsetCommitRequest> Committed { get; } = new();

    /// <summary>Its brokers know members of groups; false as before 0.9.</summary>
    public bool HasMembers { get; set; } = true;

    public int BeatsSeen { get; private set; }

    public string Name => "source";

    public Random Random { get; } = new(1);

    public TimeSpan CallTimeout => TimeSpan.FromSeconds(10);

    public async ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, TimeSpan timeout, CancellationToken ct)
        where TResponse : IBody, new()
    {
        await Task.Yield();
        ct.ThrowIfCancellationRequested();
        return (TResponse)(object)(request switch
        {
            JoinGroupRequest join => await JoinAsync(join, ct),
            SyncGroupRequest sync => Sync(sync),
            HeartbeatRequest beat => Beat(beat),
            LeaveGroupRequest leave => Leave(leave),
            OffsetCommitRequest commit => Commit(commit),
            OffsetFetchRequest fetch => Fetches.TryDequeue(out var answer) ? answer(fetch) : new OffsetFetchResponse(),
            DescribeGroupsRequest => Descriptions.TryDequeue(out var answer) ? answer : new DescribeGroupsResponse(),
            _ => throw new NotSupportedException(request.GetType().Name),
        });
    }

    public ValueTask<TResponse> AskUntilAnsweredAsync<TResponse>(
        IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct) where TResponse : IBody, new() =>
        AskAsync(request, CallTimeout, ct);

    public ValueTask<bool> HasMembersAsync(CancellationToken ct) => new(HasMembers);

    public void ForgetCoordinator() => listener.Note("forget");

    public PartitionCounts CountPartitions(IReadOnlyCollection<string> topics)
    {
        lock (_gate)
        {
            return new PartitionCounts(_version, topics, _topics.Where(t => topics.Contains(t.Key)).ToDictionary());
        }
    }

    public ValueTask<PartitionCounts> CountPartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken ct) =>
        new(CountPartitions(topics));

    public async ValueTask WaitForMetadataAsync(long version, CancellationToken ct)
    {
        Task changed;
        lock (_gate)
        {
            changed = _version > version ? Task.CompletedTask : _changed.Task;
        }

        await changed.WaitAsync(ct);
    }

    public void SetPartitions(string topic, int count)
    {
        lock (_gate)
        {
            _topics[topic] = count;
            _version++;
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The next heartbeat is answered so.</summary>
    public void NextHeartbeat(ErrorCode code) => Heartbeats.Enqueue(_ => new HeartbeatResponse { ErrorCode = code });

    public void NextJoin(ErrorCode code) =>
        Joins.Enqueue((join, _) => Task.FromResult(new JoinGroupResponse { ErrorCode = code, MemberId = join.MemberId }));

    public JoinGroupResponse UsualJoin(JoinGroupRequest request)
    {
        if (request.MemberId.Length == 0 && request.GroupInstanceId is null)
        {
            return new JoinGroupResponse { ErrorCode = ErrorCode.MemberIdRequired, MemberId = $"id-{++_ids}" };
        }

        var id = request.MemberId.Length == 0 ? $"{request.GroupInstanceId}-{++_ids}" : request.MemberId;
        return new JoinGroupResponse
        {
            GenerationId = ++_generation,
            ProtocolName = request.Protocols[0].Name,
            Leader = id,
            MemberId = id,
            Members = [new JoinGroupResponseMember
            {
                MemberId = id,
                GroupInstanceId = request.GroupInstanceId,
                Metadata = request.Protocols[0].Metadata
            }],
        };
    }

    private Task<JoinGroupResponse> JoinAsync(JoinGroupRequest request, CancellationToken ct)
    {
        listener.Note($"join '{request.MemberId}'");
        Joined.Enqueue(request);
        return Joins.TryDequeue(out var answer) ? answer(request, ct) : Task.FromResult(UsualJoin(request));
    }

    private SyncGroupResponse Sync(SyncGroupRequest request)
    {
        listener.Note("sync");
        return Syncs.TryDequeue(out var answer) ? answer(request)
            : new SyncGroupResponse { Assignment = request.Assignments.Find(a => a.MemberId == request.MemberId)?.Assignment ?? default };
    }

    private HeartbeatResponse Beat(HeartbeatRequest request)
    {
        BeatsSeen++;
        return Heartbeats.TryDequeue(out var answer) ? answer(request) : new HeartbeatResponse();
    }

    private LeaveGroupResponse Leave(LeaveGroupRequest request)
    {
        listener.Note($"leave {request.MemberId} {request.Members[0].GroupInstanceId}".TrimEnd());
        return new LeaveGroupResponse();
    }

    private OffsetCommitResponse Commit(OffsetCommitRequest request)
    {
        Committed.Enqueue(request);
        return Commits.TryDequeue(out var answer) ? answer(request) : new OffsetCommitResponse();
    }
}
