using Heliostat.Broker;
using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Tests.Topics;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.Embedded;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Planning;

public sealed class FlowPlannerTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_plan_says_what_would_be_done_and_does_nothing()
    {
        await using var pair = await EmbeddedPair.StartAsync(
            new EmbeddedTopic("orders", 3) { Configs = new Dictionary<string, string> { ["cleanup.policy"] = "compact" } },
            new EmbeddedTopic("grown", 4), new EmbeddedTopic("fixed")
            {
                Configs = new Dictionary<string, string> { ["retention.ms"] = "1000" }
            }, new EmbeddedTopic("orders.replica"));
        pair.B.CreateTopic(new EmbeddedTopic("A.grown", 1));
        pair.B.CreateTopic(new EmbeddedTopic("A.fixed"));
        await pair.Source.CreateAclsAsync(
            [new TopicAcl("orders", PatternType.Literal, "User:alice", "*", AclOperation.Read, AclPermission.Allow).ToCreation()], Ct);
        var before = await StateAsync(pair);

        var plan = await Planner(pair).PlanAsync(Ct);

        Assert.Equal(["fixed", "grown", "orders"], plan.Mirrored.Select(m => m.Source));
        Assert.Equal(8, plan.Lanes);
        var created = Assert.Single(plan.Create);
        Assert.Equal(("A.orders", 3, 1, "compact"),
            (created.Remote, created.Partitions, created.ReplicationFactor, created.Configs["cleanup.policy"]));
        Assert.Equal([new PlannedGrowth("A.grown", 1, 4, null)], plan.Grow);
        Assert.Equal([new PlannedConfig("A.fixed", "retention.ms", "604800000", "1000", null)], plan.Configs);
        Assert.Equal(["User:alice may READ topic 'A.orders'"], plan.Acls.Add);
        Assert.Equal([new PlannedOmission("orders.replica", LeftOutReason.Excluded, null)], plan.LeftOut);
        Assert.Equal(["A.checkpoints.internal", "heartbeats", "heliostat-offset-map.A.internal", "heliostat-state.A.internal",
            "mm2-offset-syncs.B.internal", "mm2-offsets.A.internal"], plan.InternalTopics.Select(t => t.Name).Order());
        Assert.Empty(plan.Refusals);
        Assert.Equal(before, await StateAsync(pair));
    }

    [Fact]
    public async Task What_is_delayed_is_said_and_refused_where_the_source_would_delete_it_before()
    {
        await using var pair = await EmbeddedPair.StartAsync(Kept("short", "3600000"), Kept("near", "4000000"), Kept("long", "604800000"),
            Kept("soon", "1000"));

        var plan = await Planner(pair, "A->B.heliostat.delay = soon:0, .*:1h").PlanAsync(Ct);

        Assert.StartsWith("'short': heliostat.delay = 1h is as long as the source keeps records", Assert.Single(plan.Refusals),
            StringComparison.Ordinal);
        Assert.Equal(["long", "near", "short"],
            Assert.Single(plan.Hazards, hazard => hazard.What == "mirrored when they are 1h old (heliostat.delay)").Topics.Order());
        Assert.Equal(["near (retention.ms = 4000000)"],
            Assert.Single(plan.Hazards, hazard => hazard.What.StartsWith("the delay takes most", StringComparison.Ordinal)).Topics);

        static EmbeddedTopic Kept(string name, string retention) =>
            new(name) { Configs = new Dictionary<string, string> { ["retention.ms"] = retention } };
    }

    [Fact]
    public async Task Topics_that_may_not_go_to_the_target_are_left_out_and_refused()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("customers"), new EmbeddedTopic("orders"));

        var plan = await Planner(pair, "A.heliostat.labels = eu\nheliostat.residency.deny = customers.*: eu -> !eu").PlanAsync(Ct);

        Assert.Equal(["orders"], plan.Mirrored.Select(topic => topic.Source));
        Assert.Equal(["'customers' is left out: heliostat.residency.deny = customers.*: eu -> !eu"], plan.Refusals);
    }

    [Fact]
    public async Task Entries_of_topics_that_match_nothing_are_named()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders"));

        var plan = await Planner(pair, "A->B.topics = orders, paymnets").PlanAsync(Ct);

        var hazard = Assert.Single(plan.Hazards, hazard => hazard.What == "entries of topics that match no topic of A");
        Assert.Equal(["paymnets"], hazard.Topics);
    }

    [Fact]
    public async Task What_would_be_refused_is_said_in_the_targets_words()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders"), new EmbeddedTopic("grown", 3));
        pair.B.CreateTopic(new EmbeddedTopic("A.grown"));
        using var growth = pair.B.Faults.Answer<CreatePartitionsRequest, CreatePartitionsResponse>(ApiKey.CreatePartitions, request =>
            new()
            {
                Results = [.. request.Topics.Select(t => new CreatePartitionsTopicResult
            {
                Name = t.Name,
                ErrorCode = ErrorCode.TopicAuthorizationFailed,
                ErrorMessage = null
            })]
            });

        var plan = await Planner(pair, "A->B.replication.factor = 3").PlanAsync(Ct);

        Assert.StartsWith("target B: cannot create topic 'A.orders' with 1 partition: INVALID_REPLICATION_FACTOR", plan.Create[0].Refusal,
            StringComparison.Ordinal);
        Assert.Equal(
            "target B: cannot grow topic 'A.grown' from 1 to 3 partitions: TOPIC_AUTHORIZATION_FAILED; its principal there needs ALTER on "
                + "the topic", plan.Grow[0].Refusal);
        Assert.Equal([plan.Create[0].Refusal!, plan.Grow[0].Refusal!], plan.Refusals);
    }

    [Fact]
    public async Task A_mirror_that_is_filled_already_is_named_while_no_position_is_stored()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders", 2), new EmbeddedTopic("empty"));
        pair.B.CreateTopic(new EmbeddedTopic("A.orders", 2));
        pair.B.CreateTopic(new EmbeddedTopic("A.empty"));
        await using var witness = new WireClient(pair.B);
        await witness.GenerateAsync("A.orders", new() { Count = 10, Partitions = 2 }, Ct);

        var plan = await Planner(pair).PlanAsync(Ct);

        Assert.Equal(["A.orders"],
            plan.Hazards.Single(h => h.What.StartsWith("the mirror holds records", StringComparison.Ordinal)).Topics);
    }

    [Fact]
    public async Task What_flows_would_carry_round_is_refused_also_before_anything_ran()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("evt-1"), new EmbeddedTopic("__state"));
        var flows =
            pair.FlowsOf(
                "B->A.enabled = true\nreplication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy\nA->B.topics = "
                    + "evt-1|evt-2|__.*\nB->A.topics = evt-.*");
        var planner = new FilePlanner(flows, TimeProvider.System, NullLoggerFactory.Instance);

        var before = await planner.PlanAsync(flows, _ => { }, Ct);
        pair.B.CreateTopic(new EmbeddedTopic("evt-1"));
        var after = await new FilePlanner(flows, TimeProvider.System, NullLoggerFactory.Instance).PlanAsync([flows[1]], _ => { }, Ct);

        Assert.Equal(
            "'evt-1': A->B, B->A would carry its records round for ever: A->B has it, and the flow that would bring it back leaves it out",
            Assert.Single(before[0].Refusals));
        Assert.Equal((LeftOutReason.Internal,
            "Kafka's own, by the two underscores: no mirror copies it; what groups have committed follows through checkpoints"),
            Omission(before[0], "__state"));
        Assert.Equal(LeftOutReason.Ring, Omission(after[0], "evt-1").Reason);
        Assert.StartsWith("'evt-1' is left out: B->A, A->B would carry its records round for ever: A->B has it",
            Assert.Single(after[0].Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_mirrored_although_topics_does_not_name_it_is_named()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("app-heartbeats"), new EmbeddedTopic("orders"));

        var plan = await Planner(pair, "replication.policy.separator = -\nA->B.topics = orders").PlanAsync(Ct);

        Assert.Equal(["app-heartbeats"], plan.Unnamed);
        Assert.Equal(["app-heartbeats", "orders"], plan.Mirrored.Select(m => m.Source));
    }

    private static (LeftOutReason Reason, string? Detail) Omission(FlowPlan plan, string topic) =>
        plan.LeftOut.Where(left => left.Topic == topic).Select(left => (left.Reason, left.Detail)).Single();

    [Fact]
    public async Task A_flow_that_is_not_enabled_only_has_heartbeats()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders"));
        var flow = pair.FlowBetween() with { Enabled = false };

        var plan = await new FlowPlanner(flow, TimeProvider.System, NullLoggerFactory.Instance).PlanAsync(Ct);

        Assert.Empty(plan.Mirrored);
        Assert.Equal("heartbeats", Assert.Single(plan.InternalTopics).Name);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_named()
    {
        await using var pair = await EmbeddedPair.StartAsync();
        var flow = pair.FlowBetween();
        await pair.B.StopBrokerAsync(0, Ct);
        var planner = new FlowPlanner(flow, TimeProvider.System, NullLoggerFactory.Instance) { Patience = TimeSpan.FromMilliseconds(300) };

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => planner.PlanAsync(Ct));
        Assert.StartsWith("target B: cannot reach ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Topics_that_two_flows_write_to_are_named()
    {
        FlowPlan[] plans = [Plan("A", "C", "orders", "a"), Plan("B", "C", "orders", "b"), Plan("A", "D", "orders")];

        var marked = SharedMirrors.Marked(plans);

        Assert.Equal(["also mirrored by B->C: records of both sources meet in one topic"], marked[0].Hazards.Select(h => h.What));
        Assert.Equal(["orders"], marked[0].Hazards[0].Topics);
        Assert.Equal(["also mirrored by A->C: records of both sources meet in one topic"], marked[1].Hazards.Select(h => h.What));
        Assert.Empty(marked[2].Hazards);
    }

    private static FlowPlanner Planner(EmbeddedPair pair, string more = "") =>
        new(pair.FlowBetween(more), TimeProvider.System, NullLoggerFactory.Instance);

    private static async Task<string> StateAsync(EmbeddedPair pair)
    {
        var topics = (await pair.Source.ListTopicsAsync(Ct)).Concat(await pair.Target.ListTopicsAsync(Ct));
        var acls = TopicAcl.From(await pair.Target.DescribeAclsAsync(TopicAcl.AnyTopic, Ct));
        return string.Join('\n', topics.Select(t => $"{t.Name} {t.Partitions.Count}").Concat(acls.Select(a => a.ToString())));
    }

    private static FlowPlan Plan(string source, string target, params string[] topics) => new()
    {
        Flow = $"{source}->{target}",
        Enabled = true,
        Source = new PlannedCluster(source, null, 1),
        Target = new PlannedCluster(target, null, 1),
        Mirrored = [.. topics.Select(t => new PlannedMirror(t, t, 1))],
        Acls = new PlannedAcls(),
        Groups = new PlannedGroups(),
        Copy = new PlannedCopy(),
    };
}
