using Heliostat.Broker.Configs;
using Heliostat.Broker.Groups;
using Heliostat.Broker.Storage;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Broker.Tests.Groups;

/// <summary>Random lives of a group: after each event what is lettered above the machines holds, and nobody waits for ever.</summary>
public sealed class GroupRebalanceTests(ITestOutputHelper output)
{
    private const int Runs = 300;
    private const int Events = 200;
    private const int MostMembers = 5;
    private const int TimeoutMs = 1_000;

    private static readonly string[] Names = ["range", "roundrobin", "sticky"];

    [Fact]
    public void After_each_event_the_invariants_of_a_group_hold()
    {
        var first = Seed.Next(output);
        for (var run = 0; run < Runs; run++)
        {
            var life = new Life(new Random(first + run));
            for (var step = 0; step < Events; step++)
            {
                life.Step();
                life.Check($"seed {first + run}, event {step}");
            }

            life.CheckThatNobodyWaitsForEver();
        }
    }

    [Fact]
    public async Task The_first_join_of_an_empty_group_waits_for_others()
    {
        var members = new GroupMembers();
        var rebalance = new GroupRebalance(members, Settings("500"));
        var joined = Join(rebalance, members, "a", 0);
        rebalance.Tick(499);
        Assert.False(joined.IsCompleted);

        var second = Join(rebalance, members, "b", 499);
        rebalance.Tick(500);

        Assert.Equal(2, (await joined).Members.Count);
        Assert.Equal((1, "a"), ((await second).GenerationId, (await second).Leader));
    }

    [Fact]
    public async Task Who_joined_and_does_not_sync_in_time_is_out()
    {
        var members = new GroupMembers();
        var rebalance = new GroupRebalance(members, Settings("0"));
        Assert.Equal("a", (await Join(rebalance, members, "a", 0)).Leader);
        rebalance.Tick(TimeoutMs);
        Assert.Equal(1, members.Count);

        rebalance.Tick(TimeoutMs + 1);

        Assert.Equal((0, GroupState.Empty, 2), (members.Count, rebalance.State, rebalance.Generation));
    }

    private static Task<JoinGroupResponse> Join(GroupRebalance rebalance, GroupMembers members, string id, long nowMs)
    {
        if (!members.Knows(id)) rebalance.Add(Member(id, ["range"]), "consumer");
        members[id].LastHeartbeatMs = nowMs;
        return rebalance.JoinAsync(members[id], nowMs);
    }

    private static GroupMember Member(string id, IEnumerable<string> protocols, string? instance = null) =>
        new(id, instance, "client", "host")
        {
            Protocols = [.. protocols.Select(name => new GroupProtocol(name, []))],
            SessionTimeoutMs = TimeoutMs,
            RebalanceTimeoutMs = TimeoutMs,
        };

    private static BrokerSettings Settings(string delayMs) =>
        new(new Dictionary<string, string> { ["group.initial.rebalance.delay.ms"] = delayMs }, StateJournal.InMemory());

    private sealed class Life(Random random)
    {
        private readonly GroupMembers _members = new();
        private readonly List<Task> _waiting = [];
        private GroupRebalance? _rebalance;
        private long _nowMs;
        private int _ids;

        private GroupRebalance Machine => _rebalance ??= new GroupRebalance(_members, Settings(random.Next(2) == 0 ? "0" : "50"));

        public void Step()
        {
            _nowMs += random.Next(20);
            var anyone = _members.All.Skip(random.Next(Math.Max(1, _members.Count))).FirstOrDefault();
            switch (random.Next(8))
            {
                case 0 when _members.CountWithPending < MostMembers:
                    var newcomer = Member($"m{_ids++}", ["range", .. Names.Where(_ => random.Next(2) == 0)],
                        random.Next(3) == 0 ? $"i{_ids}" : null);
                    newcomer.LastHeartbeatMs = _nowMs;
                    Machine.Add(newcomer, "consumer");
                    _waiting.Add(Machine.JoinAsync(newcomer, _nowMs));
                    break;
                case 1 when _members.CountWithPending < MostMembers:
                    _members.Expect($"m{_ids++}", _nowMs + TimeoutMs);
                    break;
                case 2 when anyone is not null && Machine.State != GroupState.Empty:
                    anyone.LastHeartbeatMs = _nowMs;
                    _waiting.Add(Machine.JoinAsync(anyone, _nowMs));
                    break;
                case 3 or 4 when anyone is not null && Machine.State == GroupState.CompletingRebalance:
                    _waiting.Add(anyone.BeginSync());
                    if (anyone.MemberId == _members.Leader)
                        Machine.Assign([new SyncGroupRequestAssignment { MemberId = anyone.MemberId, Assignment = new byte[] { 1 } }]);
                    break;
                case 5 when anyone is not null:
                    Machine.Remove(anyone);
                    Machine.Lost(_nowMs);
                    break;
                case 6 when anyone?.GroupInstanceId is not null:
                    anyone.Answer(new JoinGroupResponse());
                    anyone.Answer(new SyncGroupResponse());
                    var again = Member($"m{_ids++}", anyone.Protocols.Select(protocol => protocol.Name), anyone.GroupInstanceId);
                    again.LastHeartbeatMs = _nowMs;
                    _members.Replace(anyone, again);
                    _waiting.Add(Machine.JoinAsync(again, _nowMs));
                    break;
                default:
                    Pass();
                    break;
            }
        }

        public void Check(string when)
        {
            var state = Machine.State;
            var all = _members.All;
            Assert.True(_members.Leader is null || all.Any(member => member.MemberId == _members.Leader),
                $"{when}: the leader {_members.Leader} is no member");
            Assert.All(all.Where(member => member.GroupInstanceId is not null),
                member => Assert.Same(member, _members.FindStatic(member.GroupInstanceId)));
            Assert.True(state == GroupState.Empty == (all.Count == 0) || state == GroupState.PreparingRebalance,
                $"{when}: {state} with {all.Count} members");
            Assert.True(state != GroupState.Stable || all.All(member => member.Joining is null && member.Syncing is null),
                $"{when}: somebody waits in Stable");
            Assert.True(state != GroupState.CompletingRebalance || all.All(member => member.Joining is null),
                $"{when}: somebody waits to join in CompletingRebalance");
            Assert.True(state is GroupState.Empty or GroupState.PreparingRebalance || Machine.Protocol is not null,
                $"{when}: {state} without a protocol");
        }

        /// <summary>When nobody comes and nobody answers, sessions and rebalances end.</summary>
        public void CheckThatNobodyWaitsForEver()
        {
            for (var i = 0; i < 200; i++)
            {
                _nowMs += TimeoutMs / 4;
                Pass();
            }

            Assert.Equal((GroupState.Empty, 0), (Machine.State, _members.CountWithPending));
            Assert.All(_waiting, task => Assert.True(task.IsCompleted));
        }

        private void Pass()
        {
            var expired = _members.All.Where(member => member.IsExpired(_nowMs)).ToList();
            foreach (var member in expired) Machine.Remove(member);
            if (expired.Count > 0) Machine.Lost(_nowMs);
            _members.ForgetPending(_nowMs);
            Machine.Tick(_nowMs);
        }
    }
}
