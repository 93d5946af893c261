using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Groups;

public sealed class GroupCommitTests
{
    private static readonly Dictionary<TopicPartition, OffsetAndMetadata> Offsets = new()
    {
        [new("a", 0)] = new(5, 3, "note"),
        [new("a", 1)] = new(7),
    };

    [Fact]
    public async Task Without_membership_there_is_nothing_to_commit()
    {
        await using var member = new ScriptedMember();

        var result = await member.Group.CommitAsync(Offsets, CancellationToken.None);

        Assert.Equal(CommitOutcome.NotMember, result.Outcome);
        Assert.Empty(member.Cluster.Committed);
    }

    [Fact]
    public async Task Commits_in_the_name_of_the_generation_with_leader_epochs()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");

        var result = await member.Group.CommitAsync(Offsets, CancellationToken.None);

        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        var request = member.Cluster.Committed.Single();
        Assert.Equal(("g", "id-1", 1), (request.GroupId, request.MemberId, request.GenerationIdOrMemberEpoch));
        var partitions = request.Topics.Single().Partitions;
        Assert.Equal([(0, 5, 3, "note"), (1, 7, -1, "")],
            partitions.Select(p => (p.PartitionIndex, (int)p.CommittedOffset, p.CommittedLeaderEpoch, p.CommittedMetadata!)));
    }

    [Theory]
    [InlineData(ErrorCode.IllegalGeneration, CommitOutcome.NotMember)]
    [InlineData(ErrorCode.UnknownMemberId, CommitOutcome.NotMember)]
    [InlineData(ErrorCode.FencedInstanceId, CommitOutcome.NotMember)]
    [InlineData(ErrorCode.RebalanceInProgress, CommitOutcome.Rebalancing)]
    [InlineData(ErrorCode.GroupAuthorizationFailed, CommitOutcome.Failed)]
    [InlineData(ErrorCode.NotCoordinator, CommitOutcome.Failed)]
    public async Task What_concerns_the_group_concerns_the_whole_commit(ErrorCode code, CommitOutcome outcome)
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");
        member.Cluster.Commits.Enqueue(_ => Answer(code, code));

        var result = await member.Group.CommitAsync(Offsets, CancellationToken.None);

        Assert.Equal((outcome, code), (result.Outcome, result.ErrorCode));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task What_concerns_one_partition_leaves_the_others_committed()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");
        member.Cluster.Commits.Enqueue(_ => Answer(ErrorCode.None, ErrorCode.UnknownTopicOrPartition));

        var result = await member.Group.CommitAsync(Offsets, CancellationToken.None);

        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        Assert.Equal([KeyValuePair.Create(new TopicPartition("a", 1), ErrorCode.UnknownTopicOrPartition)], result.Errors);
    }

    [Fact]
    public async Task An_old_generation_of_a_member_that_rejoins_can_be_committed_later()
    {
        await using var member = new ScriptedMember(o => o with { Assignors = [Assignors.CooperativeSticky] }).Start();
        await member.SeesAsync("assigned");
        var rejoin = new TaskCompletionSource();
        member.Cluster.Joins.Enqueue(async (join, _) =>
        {
            await rejoin.Task;
            return member.Cluster.UsualJoin(join);
        });
        member.Cluster.NextHeartbeat(ErrorCode.RebalanceInProgress);
        await member.SeesAsync("in 1\njoin 'id-1'");
        member.Cluster.Commits.Enqueue(_ => Answer(ErrorCode.IllegalGeneration, ErrorCode.IllegalGeneration));

        var result = await member.Group.CommitAsync(Offsets, CancellationToken.None);
        rejoin.SetResult();

        Assert.Equal(CommitOutcome.Rebalancing, result.Outcome);
    }

    [Fact]
    public async Task A_coordinator_that_cannot_be_reached_is_an_outcome()
    {
        await using var member = new ScriptedMember().Start();
        await member.SeesAsync("assigned");
        member.Cluster.Commits.Enqueue(_ => throw new KafkaConnectionException("gone", null, ConnectionFailure.Closed));
        member.Cluster.Fetches.Enqueue(_ => throw new KafkaConnectionException("gone", null, ConnectionFailure.Closed));

        var commit = await member.Group.CommitAsync(Offsets, CancellationToken.None);
        var fetch = await member.Group.FetchOffsetsAsync([.. Offsets.Keys], requireStable: true, CancellationToken.None);

        Assert.Equal((CommitOutcome.Failed, ErrorCode.NetworkException), (commit.Outcome, commit.ErrorCode));
        Assert.Equal(ErrorCode.NetworkException, fetch.ErrorCode);
    }

    [Fact]
    public async Task Reads_offsets_in_the_shape_of_one_group_and_of_many()
    {
        await using var member = new ScriptedMember();
        member.Cluster.Fetches.Enqueue(request =>
        {
            Assert.Equal([0, 1], request.Topics!.Single().PartitionIndexes);
            return new OffsetFetchResponse
            {
                Topics = [new() { Name = "a", Partitions = [new() { PartitionIndex = 0, CommittedOffset = 5, CommittedLeaderEpoch = 2 },
                    new() { PartitionIndex = 1, CommittedOffset = -1 }] }],
            };
        });
        member.Cluster.Fetches.Enqueue(request =>
        {
            Assert.Equal([0, 1], request.Groups.Single().Topics!.Single().PartitionIndexes);
            return new OffsetFetchResponse
            {
                Groups =
                [
                    new()
                    {
                        GroupId = "g",
                        Topics = [new() { Name = "a", Partitions = [new() { PartitionIndex = 0, CommittedOffset = 6, Metadata = "m" },
                            new() { PartitionIndex = 1, ErrorCode = ErrorCode.TopicAuthorizationFailed }] }],
                    },
                ],
            };
        });

        var old = await member.Group.FetchOffsetsAsync([.. Offsets.Keys], requireStable: false, CancellationToken.None);
        var young = await member.Group.FetchOffsetsAsync([.. Offsets.Keys], requireStable: false, CancellationToken.None);

        Assert.Equal([KeyValuePair.Create(new TopicPartition("a", 0), new OffsetAndMetadata(5, 2))], old.Offsets);
        Assert.Empty(old.Errors);
        Assert.Equal([KeyValuePair.Create(new TopicPartition("a", 0), new OffsetAndMetadata(6, -1, "m"))], young.Offsets);
        Assert.Equal([KeyValuePair.Create(new TopicPartition("a", 1), ErrorCode.TopicAuthorizationFailed)], young.Errors);
    }

    [Fact]
    public async Task Waits_for_offsets_that_a_transaction_is_about_to_commit()
    {
        await using var member = new ScriptedMember();
        member.Cluster.Fetches.Enqueue(_ => Fetched((0, 5, ErrorCode.None), (1, -1, ErrorCode.UnstableOffsetCommit)));
        member.Cluster.Fetches.Enqueue(request =>
        {
            Assert.Equal([1], request.Groups.Single().Topics!.Single().PartitionIndexes);
            return Fetched((1, 9, ErrorCode.None));
        });

        var offsets = await member.Group.FetchOffsetsAsync([.. Offsets.Keys], requireStable: true, CancellationToken.None);

        Assert.Equal([5, 9], offsets.Offsets.OrderBy(o => o.Key.Partition).Select(o => (int)o.Value.Offset));
        Assert.Empty(offsets.Errors);
    }

    [Fact]
    public async Task A_broker_that_knows_no_stable_offsets_is_asked_for_any()
    {
        await using var member = new ScriptedMember();
        member.Cluster.Fetches.Enqueue(request => throw new KafkaErrorException(ErrorCode.UnsupportedVersion, "too old"));
        member.Cluster.Fetches.Enqueue(request =>
        {
            Assert.False(request.RequireStable);
            return Fetched((0, 5, ErrorCode.None));
        });

        var offsets = await member.Group.FetchOffsetsAsync([new("a", 0)], requireStable: true, CancellationToken.None);

        Assert.Equal(5, offsets.Offsets.Single().Value.Offset);
    }

    private static OffsetCommitResponse Answer(ErrorCode first, ErrorCode second) => new()
    {
        Topics = [new()
        {
            Name = "a",
            Partitions = [new() { PartitionIndex = 0, ErrorCode = first }, new() { PartitionIndex = 1, ErrorCode = second }]
        }],
    };

    private static OffsetFetchResponse Fetched(params (int Partition, long Offset, ErrorCode Code)[] rows) => new()
    {
        Groups =
        [
            new()
            {
                GroupId = "g",
                Topics = [new() { Name = "a", Partitions = [.. rows.Select(r => new OffsetFetchResponsePartitions
                {
                    PartitionIndex = r.Partition,
                    CommittedOffset = r.Offset,
                    ErrorCode = r.Code
                })] }],
            },
        ],
    };
}
