using Heliostat.Client.Groups.Assignment;
using Heliostat.Client.Membership;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>Enters a generation as consumers do: subscriptions in, partitions out. For one attempt at a time.</summary>
internal sealed partial class GroupJoin : IGroupProtocol
{
    /// <summary>Where nobody counts generations there is but one.</summary>
    private const int GenerationAlone = 0;

    private readonly IGroupCluster _cluster;
    private readonly GroupOptions _options;
    private readonly MemberState _member;
    private readonly ILogger _logger;
    private readonly GroupEntry _entry;
    private IReadOnlyList<string> _topics = [];
    private PartitionCounts? _counts;

    /// <param name="cluster">Where the coordinator is.</param>
    /// <param name="options">The group, and how to be a member.</param>
    /// <param name="member">Who joins.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to.</param>
    public GroupJoin(IGroupCluster cluster, GroupOptions options, MemberState member, TimeProvider time, ILogger logger)
    {
        _cluster = cluster;
        _options = options;
        _member = member;
        _logger = logger;
        _entry = new GroupEntry(cluster, options.Member, this, time);
    }

    public string Type => ConsumerProtocol.Type;

    /// <summary>The generation is there when the outcome is Joined.</summary>
    /// <exception cref="KafkaErrorException">The group does not want this member.</exception>
    public async ValueTask<(JoinOutcome Outcome, JoinedGeneration? Generation)> TryAsync(IReadOnlyList<string> topics, CancellationToken ct)
    {
        if (!await _cluster.HasMembersAsync(ct))
        {
            return (JoinOutcome.Joined, await AloneAsync(topics, ct));
        }

        (_topics, _counts) = (topics, null);
        var (outcome, entered) = await _entry.TryAsync(_member, ct);
        return entered is null ? (outcome, null)
            : (outcome,
                new JoinedGeneration(AssignorOf(entered.Protocol), topics, ConsumerProtocol.ReadAssignment(entered.Share), _counts)
                {
                    AskedAt = entered.AskedAt
                });
    }

    List<JoinGroupRequestProtocol> IGroupProtocol.Offer() =>
    [
        .. _options.Assignors.Select(assignor => new JoinGroupRequestProtocol
        {
            Name = assignor.Name,
            Metadata = ConsumerProtocol.WriteSubscription(new ConsumerProtocolSubscription
            {
                Topics = [.. _topics],
                UserData = assignor.UserData(_member.LastAssignment, _member.LastGeneration),
                OwnedPartitions = ConsumerProtocol.ByTopic(_member.Owned),
                GenerationId = _member.LastGeneration,
                RackId = _options.ClientRack,
            }),
        }),
    ];

    async ValueTask<List<SyncGroupRequestAssignment>> IGroupProtocol.AssignAsync(JoinGroupResponse join, CancellationToken ct)
    {
        var members = ReadMembers(join);
        var assignor = AssignorOf(join.ProtocolName);
        _counts = await _cluster.CountPartitionsAsync([.. members.SelectMany(m => m.Topics).Distinct()], ct);
        return join.SkipAssignment ? [] : Assign(assignor, _counts, members, join.GenerationId);
    }

    ValueTask<KafkaErrorException> IGroupProtocol.ExplainAsync(ErrorCode refusal, CancellationToken ct) =>
        GroupRefusal.ExplainAsync(_cluster, _options, refusal, ct);

    /// <summary>What nobody shares out: this member's part of everything, the same whatever else there is.</summary>
    private async ValueTask<JoinedGeneration> AloneAsync(IReadOnlyList<string> topics, CancellationToken ct)
    {
        if (_member.Generation != GenerationAlone)
        {
            _member.Generation = GenerationAlone;
            Log.Alone(_logger, _cluster.Name, _options.GroupId);
        }

        var counts = await _cluster.CountPartitionsAsync(topics, ct);
        var (index, count) = _options.Part;
        return new JoinedGeneration(
            _options.Assignors[0],
            topics,
            [
                .. from topic in counts.ByTopic
                   from partition in Enumerable.Range(0, topic.Value)
                   where (topic.Key.Sum(letter => letter) + partition) % count == index
                   select new TopicPartition(topic.Key, partition),
            ],
            counts)
        { IsAlone = true, AskedAt = long.MaxValue };
    }

    private IAssignor AssignorOf(string? name) => _options.Assignors.FirstOrDefault(a => a.Name == name)
        ?? throw new KafkaErrorException(
            ErrorCode.InconsistentGroupProtocol,
            $"{_cluster.Name}: the coordinator of group {_options.GroupId} chose '{name}', which was not offered");

    /// <summary>
    /// A member whose subscription cannot be understood takes part without topics, as any other answer would stop the whole group.
    /// </summary>
    private List<GroupMember> ReadMembers(JoinGroupResponse join)
    {
        var members = new List<GroupMember>(join.Members.Count);
        foreach (var member in join.Members)
        {
            try
            {
                members.Add(ConsumerProtocol.ReadSubscription(member.MemberId, member.GroupInstanceId, member.Metadata));
            }
            catch (MalformedFrameException e)
            {
                Log.UnreadableSubscription(_logger, _cluster.Name, _options.GroupId, member.MemberId, e.Message);
                members.Add(new GroupMember(member.MemberId, member.GroupInstanceId, []));
            }
        }

        return members;
    }

    private List<SyncGroupRequestAssignment> Assign(IAssignor assignor, PartitionCounts counts, List<GroupMember> members, int generation)
    {
        var assignment = assignor.Assign(counts.ByTopic, members);
        Log.Assigned(
            _logger, _cluster.Name, _options.GroupId, generation, assignor.Name, members.Count, counts.ByTopic.Count,
            assignment.Values.Sum(p => p.Count));
        return [.. assignment.Select(a => new SyncGroupRequestAssignment
        {
            MemberId = a.Key,
            Assignment = ConsumerProtocol.WriteAssignment(a.Value)
        })];
    }
}
