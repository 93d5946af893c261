namespace Heliostat.Conformance.Groups;

public sealed class ClassicGroupTests
{
    [Theory, Everywhere]
    public Task One_member_lives_through_every_version(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        for (var version = 0; version <= TestMember.Newest; version++)
        {
            var group = await scenario.Kafka.GroupAsync($"v{version}");
            var member = await TestMember.CreateAsync(scenario.Kafka, group);
            var first = await member.JoinAsync(member.Join(), version);
            scenario.Note($"joined, version {version}", first);
            if (first.ErrorCode == ErrorCode.MemberIdRequired)
                scenario.Note($"joined again, version {version}", await member.JoinAsync(member.Join(), version));
            var sync = Math.Min(version, 5);
            scenario.Note($"synced, version {version}", await member.SyncAsync(member.Sync((member.MemberId, [7, 8, 9])), sync));
            scenario.Note($"beat, version {version}", await member.HeartbeatAsync(Math.Min(version, 4)));
            await scenario.AskAsync($"described, version {version}",
                new DescribeGroupsRequest { Groups = [group], IncludeAuthorizedOperations = version >= 3 }, Math.Min(version, 6));
            await scenario.AskAsync($"left, version {version}", member.Leave(Math.Min(version, 5)), Math.Min(version, 5));
            await scenario.AskAsync($"described when empty, version {version}", new DescribeGroupsRequest { Groups = [group] },
                Math.Min(version, 6));
        }
    });

    [Theory, Everywhere]
    public Task Joins_that_cannot_be_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var group = await scenario.Kafka.GroupAsync();
        var member = await TestMember.CreateAsync(scenario.Kafka, group);
        await Ask("no group", request => request.GroupId = "");
        await Ask("a session too short", request => request.SessionTimeoutMs = 100);
        await Ask("a session too long", request => request.SessionTimeoutMs = 2_000_000);
        await Ask("no protocol type", request => request.ProtocolType = "");
        await Ask("no protocols", request => request.Protocols = []);
        await Ask("an unknown member", request => request.MemberId = "nobody");
        await Ask("an unknown member of a static name", request => (request.MemberId, request.GroupInstanceId) = ("nobody", "static"));

        await member.EnterAsync(protocols: ["range", "sticky"]);
        await member.SyncAsync(member.Sync((member.MemberId, [1])));
        await Ask("another protocol type", request => request.ProtocolType = "connect");
        await Ask("no protocol in common", request => request.Protocols[0].Name = "own");
        await Ask("an unknown member of a group that is there", request => request.MemberId = "nobody");
        await Ask("an unknown static name with a member id", request => (request.MemberId, request.GroupInstanceId) = ("nobody", "static"));

        async Task Ask(string title, Action<JoinGroupRequest> change)
        {
            var other = await TestMember.CreateAsync(scenario.Kafka, group);
            var request = other.Join();
            change(request);
            scenario.Note(title, await other.JoinAsync(request));
        }
    });

    [Theory, Everywhere]
    public Task Old_joins_that_cannot_be_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var group = await scenario.Kafka.GroupAsync();
        foreach (var version in new[] { 0, 3, 6 })
        {
            var other = await TestMember.CreateAsync(scenario.Kafka, group);
            var request = other.Join();
            request.MemberId = "nobody";
            scenario.Note($"an unknown member, version {version}", await other.JoinAsync(request, version));
        }
    });

    [Theory, Everywhere]
    public Task Members_must_be_who_they_are(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var group = await scenario.Kafka.GroupAsync();
        var member = await TestMember.CreateAsync(scenario.Kafka, group);
        await scenario.AskAsync("a heartbeat for a group that is not there", member.Heartbeat(), 4);
        await scenario.AskAsync("a sync for a group that is not there", member.Sync(), 5);
        await scenario.AskAsync("a leave from a group that is not there", member.Leave(), 5);
        await scenario.AskAsync("an old leave from a group that is not there", member.Leave(2), 2);
        await scenario.AskAsync("a heartbeat without a group", new HeartbeatRequest { GroupId = "" }, 4);
        await scenario.AskAsync("a sync without a group",
            new SyncGroupRequest { GroupId = "", ProtocolType = "consumer", ProtocolName = "range" }, 5);
        await scenario.AskAsync("a leave without a group", new LeaveGroupRequest { GroupId = "" }, 5);

        await member.EnterAsync();
        scenario.Note("a heartbeat before the sync", await member.HeartbeatAsync());
        await Sync("of another generation", request => request.GenerationId += 5);
        await Sync("of an unknown member", request => request.MemberId = "nobody");
        await Sync("of another protocol type", request => request.ProtocolType = "connect");
        await Sync("of another protocol", request => request.ProtocolName = "sticky");
        await Sync("of an unknown static name", request => request.GroupInstanceId = "static");
        await Sync("as it should be", request =>
            request.Assignments.Add(new SyncGroupRequestAssignment { MemberId = member.MemberId, Assignment = new byte[] { 5 } }));
        await Sync("again", static _ => { });
        await Beat("of another generation", request => request.GenerationId += 5);
        await Beat("of an unknown member", request => request.MemberId = "nobody");
        await Beat("of an unknown static name", request => request.GroupInstanceId = "static");
        await scenario.AskAsync("an unknown member leaves",
            new LeaveGroupRequest { GroupId = group, Members = [new MemberIdentity { MemberId = "nobody" }] }, 5);
        await scenario.AskAsync("an unknown static name leaves",
            new LeaveGroupRequest { GroupId = group, Members = [new MemberIdentity { GroupInstanceId = "static" }] }, 5);
        await scenario.AskAsync("an unknown member left long ago", new LeaveGroupRequest { GroupId = group, MemberId = "nobody" }, 1);
        await scenario.AskAsync(
            "one leaves and one cannot",
            new LeaveGroupRequest
            {
                GroupId = group,
                Members = [new MemberIdentity { MemberId = member.MemberId }, new MemberIdentity { MemberId = "nobody" }]
            },
            4);

        async Task Sync(string title, Action<SyncGroupRequest> change)
        {
            var request = member.Sync();
            change(request);
            await scenario.AskAsync($"a sync {title}", request, 5);
        }

        async Task Beat(string title, Action<HeartbeatRequest> change)
        {
            var request = member.Heartbeat();
            change(request);
            await scenario.AskAsync($"a heartbeat {title}", request, 4);
        }
    });

    [Theory, Everywhere]
    public Task Two_members_share(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var group = await scenario.Kafka.GroupAsync();
        var first = await TestMember.CreateAsync(scenario.Kafka, group);
        await first.EnterAsync(protocols: ["range", "sticky"]);
        await first.SyncAsync(first.Sync((first.MemberId, [1])));
        var second = await TestMember.CreateAsync(scenario.Kafka, group);
        await second.JoinAsync(second.Join());

        await second.BeginJoinAsync(second.Join("sticky", "range"));
        await scenario.Kafka.UntilAsync(first.Heartbeat, 4, seen => seen.ErrorCode == ErrorCode.RebalanceInProgress);
        scenario.Note("the first is told", await first.HeartbeatAsync());
        scenario.Note("and described", Described(await scenario.Kafka.CallAsync(new DescribeGroupsRequest { Groups = [group] }, 5)));
        var one = await first.JoinAsync(first.Join("range", "sticky"));
        var two = await second.EndJoinAsync();
        scenario.Note("the leader",
            $"{one.ErrorCode} generation {one.GenerationId} {one.ProtocolName} leads {one.Leader == one.MemberId} members "
                + $"{one.Members.Count} of {one.Members.Sum(m => m.Metadata.Length)} bytes");
        scenario.Note("the other",
            $"{two.ErrorCode} generation {two.GenerationId} {two.ProtocolName} leads {two.Leader == two.MemberId} members "
                + $"{two.Members.Count}");
        scenario.Note("a heartbeat before the sync", await first.HeartbeatAsync());

        var otherSync = second.Sync();
        otherSync.ProtocolName = two.ProtocolName;
        await second.BeginSyncAsync(otherSync);
        var sync = first.Sync((first.MemberId, [1]), (second.MemberId, [2, 2]));
        sync.ProtocolName = one.ProtocolName;
        scenario.Note("the leader's part", await first.SyncAsync(sync));
        scenario.Note("the other's part", await second.EndSyncAsync());
        scenario.Note("stable", Described(await scenario.Kafka.CallAsync(new DescribeGroupsRequest { Groups = [group] }, 5)));

        await scenario.Kafka.CallAsync(first.Leave(), 5);
        scenario.Note("the leader left", await second.HeartbeatAsync());
        var alone = await second.JoinAsync(second.Join("range"));
        scenario.Note("alone",
            $"{alone.ErrorCode} generation {alone.GenerationId} {alone.ProtocolName} leads {alone.Leader == alone.MemberId} members "
                + $"{alone.Members.Count}");
    });

    [Theory, Everywhere]
    public Task Static_members_keep_their_places(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var group = await scenario.Kafka.GroupAsync();
        var first = await TestMember.CreateAsync(scenario.Kafka, group, "one");
        scenario.Note("joined at once", await first.JoinAsync(first.Join()));
        await first.SyncAsync(first.Sync((first.MemberId, [1])));
        var again = await TestMember.CreateAsync(scenario.Kafka, group, "one");
        scenario.Note("restarted", await again.JoinAsync(again.Join()));
        scenario.Note("the old one's heartbeat", await first.HeartbeatAsync());
        await scenario.AskAsync("the old one's sync", first.Sync(), 5);
        scenario.Note("the old one's join", await first.JoinAsync(first.Join()));
        await scenario.AskAsync("the old one's leave", first.Leave(), 5);
        var sync = again.Sync();
        scenario.Note("the new one's sync", await again.SyncAsync(sync));
        scenario.Note("the new one's heartbeat", await again.HeartbeatAsync());
        scenario.Note("rejoined unchanged", Joined(await again.JoinAsync(again.Join())));
        await again.SyncAsync(again.Sync((again.MemberId, [3])));
        await scenario.AskAsync("described", new DescribeGroupsRequest { Groups = [group] }, 5);
        await scenario.AskAsync("taken out by name",
            new LeaveGroupRequest { GroupId = group, Members = [new MemberIdentity { GroupInstanceId = "one" }] }, 5);
        scenario.Note("then its heartbeat", await again.HeartbeatAsync());

        static string Joined(JoinGroupResponse joined) =>
            $"{joined.ErrorCode} generation {joined.GenerationId} skip {joined.SkipAssignment} members {joined.Members.Count}";
    });

    [Theory, Everywhere]
    public async Task A_member_that_is_silent_is_out(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var group = await kafka.GroupAsync();
        var member = await TestMember.CreateAsync(kafka, group);
        await member.JoinAsync(member.Join());
        var request = member.Join();
        request.SessionTimeoutMs = 600;
        await member.JoinAsync(request);
        await member.SyncAsync(member.Sync((member.MemberId, [1])));

        await kafka.UntilAsync(() => new DescribeGroupsRequest { Groups = [group] }, 5,
            seen => seen.Groups[0].GroupState is "Empty" or "Dead");

        Assert.Equal(ErrorCode.UnknownMemberId, (await member.HeartbeatAsync()).ErrorCode);
    }

    [Theory, Everywhere]
    public async Task A_member_that_does_not_rejoin_in_time_is_out(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var group = await kafka.GroupAsync();
        var slow = await TestMember.CreateAsync(kafka, group);
        await slow.JoinAsync(slow.Join());
        var request = slow.Join();
        request.RebalanceTimeoutMs = 700;
        await slow.JoinAsync(request);
        await slow.SyncAsync(slow.Sync((slow.MemberId, [1])));
        var quick = await TestMember.CreateAsync(kafka, group);
        await quick.JoinAsync(quick.Join());
        var second = quick.Join();
        second.RebalanceTimeoutMs = 700;

        var joined = await quick.JoinAsync(second);

        Assert.Equal((ErrorCode.None, quick.MemberId, 1), (joined.ErrorCode, joined.Leader, joined.Members.Count));
        Assert.Equal(ErrorCode.UnknownMemberId, (await slow.HeartbeatAsync()).ErrorCode);
    }

    [Theory, Everywhere]
    public Task Groups_are_listed_by_state_and_type(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var empty = await scenario.Kafka.GroupAsync("empty");
        var stable = await scenario.Kafka.GroupAsync("stable");
        var topic = await scenario.Kafka.CreateTopicAsync();
        await scenario.Kafka.CallAsync(OffsetTests.Commit(empty, topic, Guid.Empty, 1), 8);
        var member = await TestMember.CreateAsync(scenario.Kafka, stable);
        await member.EnterAsync();
        await member.SyncAsync(member.Sync((member.MemberId, [1])));
        foreach (var version in new[] { 0, 1, 2, 3, 4, 5 }) await List($"all, version {version}", version, [], []);
        await List("stable ones", 5, ["Stable"], []);
        await List("stable ones in capitals", 5, ["STABLE"], []);
        await List("empty ones", 4, ["Empty"], []);
        await List("ones in no state", 5, ["Sleepy"], []);
        await List("classic ones", 5, [], ["classic"]);
        await List("consumer ones", 5, [], ["consumer"]);
        await List("both", 5, ["Stable", "Empty"], ["Classic", "consumer"]);

        async Task List(string title, int version, List<string> states, List<string> types)
        {
            var answer = await scenario.Kafka.CallAsync(new ListGroupsRequest { StatesFilter = states, TypesFilter = types }, version);
            answer.Groups.RemoveAll(group => group.GroupId != empty && group.GroupId != stable);
            scenario.Note(title, answer);
        }
    });

    [Theory, Everywhere]
    public Task Groups_that_are_not_there_are_described_somehow(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var group = await scenario.Kafka.GroupAsync();
        foreach (var version in new[] { 0, 3, 5, 6 })
            await scenario.AskAsync($"unknown, version {version}", new DescribeGroupsRequest { Groups = [group] }, version);
        await scenario.AskAsync("unknown, with what may be done",
            new DescribeGroupsRequest { Groups = [group], IncludeAuthorizedOperations = true }, 5);
    });

    [Theory, Everywhere]
    public Task Only_empty_groups_are_deleted(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        foreach (var version in new[] { 0, 1, 2 })
        {
            var group = await scenario.Kafka.GroupAsync($"v{version}");
            var member = await TestMember.CreateAsync(scenario.Kafka, group);
            await member.EnterAsync();
            await member.SyncAsync(member.Sync((member.MemberId, [1])));
            await scenario.AskAsync($"with a member, version {version}", new DeleteGroupsRequest { GroupsNames = [group] }, version);
            await scenario.Kafka.CallAsync(member.Leave(), 5);
            await scenario.Kafka.CallAsync(OffsetTests.Commit(group, topic, Guid.Empty, 5), 8);
            await scenario.AskAsync($"empty, version {version}",
                new DeleteGroupsRequest { GroupsNames = [group, scenario.Kafka.Name("none")] }, version);
            await scenario.AskAsync($"again, version {version}", new DeleteGroupsRequest { GroupsNames = [group] }, version);
            await scenario.AskAsync($"its offsets, version {version}", OffsetTests.FetchAll(group), 7);
        }
    });

    private static string Described(DescribeGroupsResponse answer) =>
        $"{answer.Groups[0].GroupState} {answer.Groups[0].ProtocolType} {answer.Groups[0].ProtocolData} members "
            + $"{string.Join(' ', answer.Groups[0].Members.Select(m => m.MemberAssignment.Length).Order())}";
}
