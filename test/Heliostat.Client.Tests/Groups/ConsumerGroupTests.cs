using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Groups;

/// <summary>The member's states against a coordinator that does what the test says.</summary>
public sealed class ConsumerGroupTests
{
    [Fact]
    public async Task Joins_with_the_member_id_it_is_given_and_gets_its_share()
    {
        await using var member = new ScriptedMember().Start();

        await member.SeesAllAsync("join ''", "join 'id-1'", "sync", "assigned a-0 a-1 in 1");

        var membership = member.Group.Membership;
        Assert.Equal(("id-1", 1, "range", true), (membership.MemberId, membership.Generation, membership.Protocol, membership.IsLeader));
        Assert.Equal([new("a", 0), new("a", 1)], membership.Owned);
    }

    [Fact]
    public async Task Tells_since_when_the_coordinator_counts_it_in()
    {
        await using var member = new ScriptedMember();
        Assert.Equal(long.MinValue, member.Group.RenewedAt);

        member.Start();
        await member.SeesAsync("assigned a-0 a-1 in 1");
        var assigned = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(
            "a heartbeat", TimeSpan.FromSeconds(10), () => member.Group.RenewedAt > assigned, CancellationToken.None);
    }

    [Fact]
    public async Task Waits_with_the_first_join_for_its_topics()
    {
        await using var member = new ScriptedMember();
        using var stop = new CancellationTokenSource();

        var running = member.Group.RunAsync(stop.Token);
        await stop.CancelAsync();
        await Eventually.EndsAsync("the group", running);

        Assert.Empty(member.Listener.Events);
    }

    /// <summary>As before Kafka 0.9: nobody is joined, shares out, or is told of the end.</summary>
    [Fact]
    public async Task Takes_its_part_of_everything_where_brokers_know_no_members()
    {
        await using var member = new ScriptedMember(options => options with { Part = (1, 2) });
        member.Cluster.HasMembers = false;
        member.Start("a", "b");
        await member.SeesAsync("assigned a-0 in 0");

        member.Cluster.SetPartitions("a", 4);
        await member.SeesAsync("assigned a-2 in 0");
        var result = await member.Group.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [new("a", 2)] = new(7, -1, "") },
            CancellationToken.None);
        await member.StopAsync();

        await member.SeesAllAsync("assigned a-0 in 0", "assigned a-2 in 0", "revoked a-0 a-2");
        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        Assert.Equal(long.MaxValue, member.Group.RenewedAt);
        Assert.Equal("", Assert.Single(member.Cluster.Committed).MemberId);
    }

    [Fact]
    public async Task Members_of_one_process_have_everything_between_them_where_brokers_know_none()
    {
        List<TopicPartition> all = [];
        for (var index = 0; index < 3; index++)
        {
            await using var member = new ScriptedMember(options => options with { Part = (index, 3) });
            member.Cluster.HasMembers = false;
            member.Cluster.SetPartitions("a", 7);
            member.Start("a", "b");
            await member.SeesAsync("assigned");
            all.AddRange(member.Listener.Owned);
        }

        Assert.Equal([.. Enumerable.Range(0, 7).Select(p => new TopicPartition("a", p)), new("b", 0)],
            all.OrderBy(p => p.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition));
    }

    [Fact]
    public async Task Gives_up_everything_before_it_rejoins_and_heartbeats_meanwhile()
    {
        await using var member = new ScriptedMember();
        var given = new TaskCompletionSource();
        member.Listener.OnRevoked = (_, _) => given.Task;
        member.Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);
        await member.SeesAsync("revoked a-0 a-1");
        var seen = member.Cluster.BeatsSeen;
        await Eventually.TrueAsync("more heartbeats", TimeSpan.FromSeconds(10), () => member.Cluster.BeatsSeen > seen + 2,
            CancellationToken.None);
        Assert.Equal(2, member.Cluster.Joined.Count);
        given.SetResult();

        await member.SeesAllAsync(
            "join ''", "join 'id-1'", "sync", "assigned a-0 a-1 in 1", "revoked a-0 a-1", "join 'id-1'", "sync", "assigned a-0 a-1 in 2");
    }

    [Fact]
    public async Task Loses_everything_and_joins_anew_when_the_coordinator_forgot_it()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.UnknownMemberId);

        await member.SeesAllAsync(
            "join ''", "join 'id-1'", "sync", "assigned a-0 a-1 in 1", "lost a-0 a-1", "join ''", "join 'id-2'", "sync",
            "assigned a-0 a-1 in 2");
    }

    [Fact]
    public async Task Keeps_its_member_id_when_only_its_generation_is_over()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.IllegalGeneration);

        await member.SeesAsync("lost a-0 a-1\njoin 'id-1'\nsync\nassigned a-0 a-1 in 2");
    }

    [Fact]
    public async Task Loss_cuts_giving_up_short()
    {
        await using var member = new ScriptedMember();
        member.Listener.OnRevoked = (_, ct) =>
        {
            member.Cluster.NextHeartbeat(ErrorCode.UnknownMemberId);
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
        };
        member.Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);

        await member.SeesAsync("revoked a-0 a-1\nlost a-0 a-1\njoin ''");
        member.Listener.OnRevoked = (_, _) => Task.CompletedTask;
    }

    [Fact]
    public async Task Giving_up_has_the_rebalance_timeout()
    {
        await using var member = new ScriptedMember(o => o with { RebalanceTimeout = TimeSpan.FromMilliseconds(30) });
        var cutShort = new TaskCompletionSource();
        member.Listener.OnRevoked = async (_, ct) =>
        {
            await using var registration = ct.Register(cutShort.SetResult);
            await cutShort.Task;
            member.Listener.OnRevoked = (_, _) => Task.CompletedTask;
            ct.ThrowIfCancellationRequested();
        };
        member.Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);

        await member.SeesAsync("revoked a-0 a-1\njoin 'id-1'\nsync\nassigned a-0 a-1 in 2");
    }

    [Fact]
    public async Task A_fenced_member_loses_everything_and_says_so()
    {
        await using var member = new ScriptedMember(o => o with { GroupInstanceId = "i" }).Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.FencedInstanceId);

        var refusal = await Assert.ThrowsAsync<KafkaErrorException>(() => member.Running);
        Assert.Equal(ErrorCode.FencedInstanceId, refusal.Code);
        Assert.Equal(
            "source: cannot be a member of group g: another member has come with the same group.instance.id 'i' (FENCED_INSTANCE_ID)",
            refusal.Message);
        Assert.Equal("lost a-0 a-1", member.Listener.Events[^1]);
    }

    [Theory]
    [InlineData(ErrorCode.GroupAuthorizationFailed, "no permission to READ the group (GROUP_AUTHORIZATION_FAILED)")]
    [InlineData(ErrorCode.GroupMaxSizeReached, "it is full: the broker's group.max.size is reached (GROUP_MAX_SIZE_REACHED)")]
    [InlineData(ErrorCode.InvalidSessionTimeout, "session.timeout.ms 45000 is not between")]
    public async Task A_refusal_names_its_cause(ErrorCode code, string cause)
    {
        await using var member = new ScriptedMember();
        member.Cluster.NextJoin(code);
        member.Start();

        var refusal = await Assert.ThrowsAsync<KafkaErrorException>(() => member.Running);

        Assert.StartsWith($"source: cannot be a member of group g: {cause}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_without_a_common_assignor_is_named_with_its_own()
    {
        await using var member = new ScriptedMember();
        member.Cluster.NextJoin(ErrorCode.InconsistentGroupProtocol);
        member.Cluster.Descriptions.Enqueue(new DescribeGroupsResponse
        {
            Groups = [new()
            {
                ProtocolType = "consumer",
                ProtocolData = "roundrobin",
                Members = [new() { ClientId = "mm-0" }, new() { ClientId = "mm-1" }]
            }],
        });
        member.Start();

        var refusal = await Assert.ThrowsAsync<KafkaErrorException>(() => member.Running);

        Assert.Contains("its other members (mm-0, mm-1) use partition.assignment.strategy 'roundrobin', which is not among ours (range)",
            refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_of_another_type_is_named()
    {
        await using var member = new ScriptedMember();
        member.Cluster.NextJoin(ErrorCode.InconsistentGroupProtocol);
        member.Cluster.Descriptions.Enqueue(new DescribeGroupsResponse
        {
            Groups = [new() { ProtocolType = "connect", Members = [new() { ClientId = "c" }] }]
        });
        member.Start();

        var refusal = await Assert.ThrowsAsync<KafkaErrorException>(() => member.Running);

        Assert.Contains("it is not a consumer group but of type 'connect' (c)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joins_again_while_the_coordinator_moves_loads_and_rebalances()
    {
        await using var member = new ScriptedMember();
        member.Cluster.NextJoin(ErrorCode.NotCoordinator);
        member.Cluster.NextJoin(ErrorCode.CoordinatorLoadInProgress);
        member.Cluster.Joins.Enqueue((_, _) => throw new KafkaConnectionException("gone", null, ConnectionFailure.Closed));
        member.Cluster.Syncs.Enqueue(_ => new SyncGroupResponse { ErrorCode = ErrorCode.RebalanceInProgress });
        member.Start();

        await member.SeesAllAsync(
            "join ''", "forget", "join ''", "join ''", "join ''", "join 'id-1'", "sync", "join 'id-1'", "sync", "assigned a-0 a-1 in 2");
    }

    [Fact]
    public async Task Keeps_its_place_while_heartbeats_are_not_answered()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");

        member.Cluster.Heartbeats.Enqueue(_ => throw new KafkaConnectionException("gone", null, ConnectionFailure.Closed));
        member.Cluster.NextHeartbeat(ErrorCode.NotCoordinator);
        member.Cluster.NextHeartbeat(ErrorCode.CoordinatorLoadInProgress);
        await member.SeesAsync("forget");
        var seen = member.Cluster.BeatsSeen;
        await Eventually.TrueAsync("more heartbeats", TimeSpan.FromSeconds(10), () => member.Cluster.BeatsSeen > seen + 2,
            CancellationToken.None);

        await member.SeesAllAsync("join ''", "join 'id-1'", "sync", "assigned a-0 a-1 in 1", "forget");
    }

    [Fact]
    public async Task New_topics_are_joined_for()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");

        member.Group.SetTopics(["a"]);
        member.Group.SetTopics(["b", "a"]);

        await member.SeesAllAsync(
            "join ''", "join 'id-1'", "sync", "assigned a-0 a-1 in 1", "revoked a-0 a-1", "join 'id-1'", "sync",
            "assigned a-0 a-1 b-0 in 2");
    }

    [Fact]
    public async Task The_leader_rejoins_when_a_topic_grows_or_comes()
    {
        await using var member = new ScriptedMember().Start("a", "new");
        await member.SeesAsync("assigned");

        member.Cluster.SetPartitions("other", 7);
        member.Cluster.SetPartitions("a", 3);
        await member.SeesAsync("assigned a-0 a-1 a-2 in 2");
        member.Cluster.SetPartitions("new", 1);

        await member.SeesAsync("assigned a-0 a-1 a-2 new-0 in 3");
    }

    [Fact]
    public async Task A_leader_that_is_told_to_leave_the_assignment_alone_looks_after_the_topics_all_the_same()
    {
        await using var member = new ScriptedMember(o => o with { GroupInstanceId = "i" });
        member.Cluster.Joins.Enqueue((join, _) =>
        {
            var answer = member.Cluster.UsualJoin(join);
            answer.SkipAssignment = true;
            return Task.FromResult(answer);
        });
        member.Cluster.Syncs.Enqueue(sync =>
        {
            Assert.Empty(sync.Assignments);
            return new SyncGroupResponse { Assignment = Heliostat.Client.Groups.ConsumerProtocol.WriteAssignment([new("a", 1)]) };
        });
        member.Start();
        await member.SeesAsync("assigned a-1 in 1");

        member.Cluster.SetPartitions("a", 3);

        await member.SeesAsync("assigned a-0 a-1 a-2 in 2");
    }

    [Fact]
    public async Task A_cooperative_member_keeps_its_partitions_while_it_rejoins()
    {
        await using var member = new ScriptedMember(o => o with { Assignors = [Assignors.CooperativeSticky] }).Start("a", "b");
        await member.SeesAsync("assigned a-0 a-1 b-0 in 1");

        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);
        await member.SeesAsync("assigned  in 2");
        member.Group.SetTopics(["a"]);
        await member.SeesAsync("revoked b-0\njoin 'id-1'\nsync\nassigned  in 3");

        Assert.Equal([new("a", 0), new("a", 1)], member.Group.Membership.Owned);
    }

    [Fact]
    public async Task A_cooperative_member_gives_up_what_it_no_longer_gets_and_rejoins_at_once()
    {
        await using var member = new ScriptedMember(o => o with { Assignors = [Assignors.CooperativeSticky] }).Start("a", "b");
        await member.SeesAsync("assigned a-0 a-1 b-0 in 1");

        member.Cluster.Syncs.Enqueue(_ => new SyncGroupResponse
        {
            Assignment = Heliostat.Client.Groups.ConsumerProtocol.WriteAssignment([new("a", 1)])
        });
        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);

        await member.SeesAsync("join 'id-1'\nsync\nrevoked a-0 b-0\nassigned  in 2\njoin 'id-1'\nsync\nassigned a-0 b-0 in 3");
    }

    [Fact]
    public async Task One_eager_assignor_makes_the_member_eager()
    {
        await using var member = new ScriptedMember(o => o with { Assignors = [Assignors.CooperativeSticky, Assignors.Range] }).Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);

        await member.SeesAsync("revoked a-0 a-1\njoin");
    }

    [Fact]
    public async Task A_stop_gives_up_everything_and_leaves()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");
        member.Listener.OnRevoked = async (_, ct) =>
        {
            Assert.False(ct.IsCancellationRequested);
            var result = await member.Group.CommitAsync(new Dictionary<TopicPartition, Heliostat.Client.Groups.OffsetAndMetadata>
            {
                [new("a", 0)] = new(5)
            }, ct);
            member.Listener.Note($"commit {result.Outcome}");
        };

        await member.StopAsync();

        Assert.Equal(["revoked a-0 a-1", "commit Committed", "leave id-1"], member.Listener.Events.Skip(4));
        Assert.Empty(member.Group.Membership.Owned);
        Assert.Equal(1, member.Cluster.Committed.Single().GenerationIdOrMemberEpoch);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_static_member_keeps_its_place_unless_asked_to_leave(bool leave)
    {
        await using var member = new ScriptedMember(o => o with { GroupInstanceId = "i", LeaveStaticMembership = leave }).Start();
        await member.SeesAsync("assigned");

        await member.StopAsync();

        Assert.Equal(leave ? "leave i-1 i" : "revoked a-0 a-1", member.Listener.Events[^1]);
    }

    [Fact]
    public async Task A_stop_ends_a_join_that_the_coordinator_holds_back()
    {
        await using var member = new ScriptedMember();
        member.Cluster.Joins.Enqueue((_, _) =>
            Task.FromResult(new JoinGroupResponse { ErrorCode = ErrorCode.MemberIdRequired, MemberId = "id-9" }));
        member.Cluster.Joins.Enqueue(async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return new JoinGroupResponse();
        });
        member.Start();
        await member.SeesAsync("join 'id-9'");

        await member.StopAsync();

        Assert.Equal("leave id-9", member.Listener.Events[^1]);
    }

    [Fact]
    public async Task A_stop_while_a_cooperative_member_rejoins_gives_up_what_it_kept()
    {
        await using var member = new ScriptedMember(o => o with { Assignors = [Assignors.CooperativeSticky] }).Start();
        await member.SeesAsync("assigned");
        member.Cluster.Joins.Enqueue(async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return new JoinGroupResponse();
        });
        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);
        await member.SeesAsync("in 1\njoin 'id-1'");

        await member.StopAsync();

        Assert.Equal(["revoked a-0 a-1", "leave id-1"], member.Listener.Events.TakeLast(2));
    }

    [Fact]
    public async Task A_listener_that_fails_ends_the_membership()
    {
        await using var member = new ScriptedMember();
        member.Listener.OnAssigned = (_, _) => throw new InvalidOperationException("broken");
        member.Start();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => member.Running);

        Assert.Equal("broken", failure.Message);
        Assert.Equal("leave id-1", member.Listener.Events[^1]);
    }

    [Fact]
    public async Task Tells_a_sticky_leader_what_it_had()
    {
        await using var member =
            new ScriptedMember(o => o with { Assignors = [Assignors.Sticky, Assignors.Range], ClientRack = "r1" }).Start();
        await member.SeesAsync("assigned");

        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);
        await member.SeesAsync("in 2");

        var rejoin = member.Cluster.Joined.Last();
        Assert.Equal(["sticky", "range"], rejoin.Protocols.Select(p => p.Name));
        var subscription = Heliostat.Client.Groups.ConsumerProtocol.ReadSubscription("m", null, rejoin.Protocols[0].Metadata);
        var (partitions, generation) = StickyUserData.Read(subscription.UserData);
        Assert.Equal([new("a", 0), new("a", 1)], partitions);
        Assert.Equal((1, 1, "r1"), (generation, subscription.Generation, subscription.RackId));
        Assert.Empty(subscription.OwnedPartitions);
        Assert.Equal("group is already rebalancing", rejoin.Reason);
    }
}
