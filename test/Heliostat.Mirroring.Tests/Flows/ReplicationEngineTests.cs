using System.Text;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

public sealed class ReplicationEngineTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_flow_goes_on_where_it_stopped()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 3, null, Ct);
        for (var turn = 1; turn <= 3; turn++)
        {
            await bench.Client("A").GenerateAsync("orders", new() { First = turn * 1000, Count = 1000, Partitions = 3 }, Ct);
            await bench.RunUntilAsync("A->B.enabled = true", "the records to arrive",
                async _ => await bench.EndAsync("B", "A.orders") >= turn * 1000);
        }

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task What_one_flow_lags_is_not_known_of_all_while_another_has_not_begun()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 3, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 1000, Partitions = 3 }, Ct);
        const string Settings =
            "A->B.enabled = true\nX->B.enabled = true\nclusters = A, B, X\nX.bootstrap.servers = 127.0.0.1:1\nX.replication.factor = 1";
        var before = bench.Engine(Settings).Snapshot();
        Assert.Null(before.Total.LagRecords);
        Assert.Null(before.Total.LagBytes);

        await bench.RunUntilAsync(Settings, "one flow to have caught up", seen =>
        {
            var flow = seen.Flows.Single(flow => flow.Flow == "A->B");
            Assert.Null(seen.Total.LagRecords);
            return Task.FromResult(flow.Lanes is { LagRecords: 0, Records: 1000 });
        });
    }

    [Fact]
    public async Task What_was_there_at_the_first_start_is_passed_over_also_where_other_mirrors_write_to_the_source()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await bench.Client("A").CreateTopicAsync("mm2-offsets.other.internal", 1, null, Ct);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nA->B.topics = orders\nA.consumer.auto.offset.reset = latest", "the lane to have caught up",
            seen => Task.FromResult(seen.Total is { RunningLanes: 1, LagRecords: 0 }));

        Assert.Equal(0, await bench.EndAsync("B", "A.orders"));
    }

    [Fact]
    public async Task While_the_source_is_away_the_lag_is_unknown_and_the_cause_is_told_at_once()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 3, null, CancellationToken.None);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 100, Partitions = 3 }, CancellationToken.None);
        var quick = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = bench.Cluster("A").BootstrapServers,
            To = bench.Cluster("B").BootstrapServers,
            Topics = "orders"
        }).Flow;
        MirrorEngine[] engines = [new([quick], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance),
            bench.Engine("A->B.enabled = true\nA->B.topics = orders")];
        using var stop = new CancellationTokenSource();
        Task<MirrorOutcome>[] running = [.. engines.Select(engine => engine.RunAsync(stop.Token, stop.Token))];
        await Eventually.TrueAsync("both to have caught up", TimeSpan.FromSeconds(60),
            () => engines.All(engine => engine.Snapshot().Total is { LagRecords: 0, Records: 100 }), CancellationToken.None);

        await bench.Cluster("A").KillBrokerAsync(1, CancellationToken.None);

        // A request that nobody answers ends after 30 s.
        await Eventually.TrueAsync(
            "both to say so", TimeSpan.FromSeconds(20),
            () => engines.All(engine => engine.Snapshot() is { Total.LagRecords: null, Flows: [{ Cause: { } cause }] }
                && cause.Contains("cannot reach", StringComparison.Ordinal)), CancellationToken.None);
        await stop.CancelAsync();
        foreach (var run in running)
        {
            await run;
        }
    }

    [Fact]
    public async Task Exactly_once_positions_and_records_are_committed_together()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 3, null, Ct);
        for (var turn = 1; turn <= 2; turn++)
        {
            await bench.Client("A").GenerateAsync("orders", new() { First = turn * 1000, Count = 1000, Partitions = 3 }, Ct);
            await bench.RunUntilAsync(
                "A->B.enabled = true\nB.exactly.once.source.support = enabled\ntasks.max = 2", "the records to be committed",
                async _ => await bench.EndAsync("B", "A.orders") > 0
                    && (await bench.ContentAsync("B", "A.orders")).Sum(p => p.Count) >= turn * 1000);
        }

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task A_new_topic_and_a_new_partition_are_mirrored_soon()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        var grown = false;

        await bench.RunUntilAsync("A->B.enabled = true", "what is new to arrive", async _ =>
        {
            if (await bench.EndAsync("B", "A.orders") < 10)
            {
                return false;
            }

            if (!grown)
            {
                grown = true;
                await bench.Client("A").CreatePartitionsAsync("orders", 3, Ct);
                await bench.Client("A").GenerateAsync("orders", new() { Count = 30, Partitions = 3 }, Ct);
                await bench.Client("A").CreateTopicAsync("invoices", 2, null, Ct);
                await bench.Client("A").GenerateAsync("invoices", new() { Count = 20, Partitions = 2 }, Ct);
            }

            return await bench.EndAsync("B", "A.orders") == 40 && await bench.EndAsync("B", "A.invoices") == 20;
        });

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task Access_rules_that_vanish_while_the_flow_is_down_go_when_it_is_back()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await using var acls = new TopicAcls(bench);
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await acls.AddAsync("A", "orders", "User:alice", "User:bob");
        await acls.AddAsync("B", "A.orders", "User:carol");
        const string Settings =
            "A->B.enabled = true\nsync.topic.acls.interval.seconds = 1\nheliostat.sync.topic.acls.removal.enabled = true";

        await bench.RunUntilAsync(Settings, "the rules to be copied and remembered", async _ =>
            await acls.OfAsync("B", "A.orders") == "User:alice, User:bob, User:carol"
                && await bench.EndAsync("B", "heliostat-state.A.internal") == 3);
        await acls.RemoveAsync("A", "orders", "User:alice");
        await bench.RunUntilAsync(Settings, "the rule to be taken away",
            async _ => await acls.OfAsync("B", "A.orders") == "User:bob, User:carol");
    }

    [Fact]
    public async Task A_topic_that_is_refused_is_in_view_and_holds_up_no_new_one()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("or_ders", 1, null, Ct);
        await bench.Client("B").CreateTopicAsync("A_or.ders", 1, null, Ct);
        var created = false;

        await bench.RunUntilAsync("A->B.enabled = true\ntopics = or_ders, new", "the new topic to arrive", async snapshot =>
        {
            if (snapshot.Flows[0].Cause?.StartsWith("target B: cannot create topic 'A.or_ders' with 1 partition: INVALID_TOPIC_EXCEPTION",
                StringComparison.Ordinal) == true && !created)
            {
                created = true;
                await bench.Client("A").CreateTopicAsync("new", 1, null, Ct);
                await bench.Client("A").GenerateAsync("new", new() { Count = 10, Partitions = 1 }, Ct);
            }

            return created && await bench.EndAsync("B", "A.new") == 10;
        });
    }

    [Fact]
    public async Task A_groups_offset_is_exact_however_far_it_is_behind()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("B").CreateTopicAsync("A.orders", 1, null, Ct);
        await bench.Client("B").GenerateAsync("A.orders", new() { Count = 7, Partitions = 1 }, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 5000, Partitions = 1 }, Ct);
        await bench.Client("A").SetGroupOffsetAsync("billing", "orders", 0, 1234, Ct);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nsync.group.offsets.enabled = true", "the group to be put on the target",
            async _ => (await bench.Client("B").GroupOffsetsAsync("billing", "A.orders", Ct)).Count > 0);

        Assert.Equal(1234 + 7, (await bench.Client("B").GroupOffsetsAsync("billing", "A.orders", Ct))[0]);
    }

    [Fact]
    public async Task A_group_that_is_not_followed_any_more_is_left_alone()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await bench.Client("A").SetGroupOffsetAsync("billing", "orders", 0, 7, Ct);
        await bench.RunUntilAsync("A->B.enabled = true", "a checkpoint",
            async _ => await bench.EndAsync("B", "A.checkpoints.internal") == 1);
        await bench.Client("A").SetGroupOffsetAsync("shipping", "orders", 0, 8, Ct);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nsync.group.offsets.enabled = true\ngroups.exclude = billing", "the other group to be put on the target",
            async _ => (await bench.Client("B").GroupOffsetsAsync("shipping", "A.orders", Ct)).Count > 0);

        Assert.Empty(await bench.Client("B").GroupOffsetsAsync("billing", "A.orders", Ct));
    }

    [Fact]
    public async Task Without_auto_offset_reset_a_new_topic_is_left_out_and_the_others_go_on()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await bench.RunUntilAsync("A->B.enabled = true", "the records to arrive", async _ => await bench.EndAsync("B", "A.orders") == 10);
        await bench.Client("A").CreateTopicAsync("new", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { First = 10, Count = 10, Partitions = 1 }, Ct);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nA.consumer.auto.offset.reset = none", "the known topic to go on", async seen =>
                seen.Flows[0].Cause == "source: no position is stored for new-0 and auto.offset.reset is 'none'"
                    && await bench.EndAsync("B", "A.orders") == 20);
    }

    [Fact]
    public async Task A_topic_that_only_others_read_may_be_refused_and_the_flow_runs()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        using var readOnly = bench.Cluster("A").Cluster.Faults.Answer<CreateTopicsRequest, CreateTopicsResponse>(
            ApiKey.CreateTopics, request => new()
            {
                Topics = [.. request.Topics.Select(topic => new CreatableTopicResult
            {
                Name = topic.Name,
                ErrorCode = ErrorCode.TopicAuthorizationFailed
            })]
            });

        await bench.RunUntilAsync("A->B.enabled = true", "the records to arrive", async seen =>
            seen.Flows[0].Cause?.Contains(
                "'mm2-offset-syncs.B.internal' cannot be created: TOPIC_AUTHORIZATION_FAILED; the flow runs without it",
                StringComparison.Ordinal) == true
            && await bench.EndAsync("B", "A.orders") == 10);
    }

    [Fact]
    public async Task Offsets_are_exact_over_transactions_and_after_a_restart()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await using (var producer = await bench
            .Client("A").OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = "shop" }, Ct))
        {
            for (var transaction = 0; transaction < 20; transaction++)
            {
                await producer.BeginAsync(Ct);
                await producer.SendAsync("orders", Enumerable.Range(0, 10)
                    .Select(i => new KafkaRecord { Key = [], Value = [(byte)transaction, (byte)i], Partition = 0 }), Ct);
                await (transaction % 4 == 3 ? producer.AbortAsync(Ct) : producer.CommitAsync(Ct));
            }
        }

        await bench.RunUntilAsync("A->B.enabled = true", "the records to arrive", async _ => await bench.EndAsync("B", "A.orders") == 150);
        var source = (await bench.Client("A").ReadAsync("orders", new() { Records = true }, Ct))[0].Records;
        var target = (await bench.Client("B").ReadAsync("A.orders", new() { Records = true }, Ct))[0].Records;
        foreach (var offset in new[] { 0, 5, 10, 11, 33, 40, 44, 100, 219, 220 })
        {
            await bench.Client("A").SetGroupOffsetAsync($"group-{offset}", "orders", 0, offset, Ct);
        }

        await bench.RunUntilAsync(
            "A->B.enabled = true\nsync.group.offsets.enabled = true", "all groups to be put on the target",
            async _ => (await bench.Client("B").GroupOffsetsAsync("group-220", "A.orders", Ct)).Count > 0
                && (await bench.Client("B").GroupOffsetsAsync("group-0", "A.orders", Ct)).Count > 0);

        foreach (var offset in new[] { 0, 5, 10, 11, 33, 40, 44, 100, 219, 220 })
        {
            var there = (await bench.Client("B").GroupOffsetsAsync($"group-{offset}", "A.orders", Ct))[0];
            Assert.Equal(source.FirstOrDefault(r => r.Offset >= offset)?.Value, target.FirstOrDefault(r => r.Offset >= there)?.Value);
            Assert.Equal(offset < 200, target.Any(r => r.Offset >= there));
        }
    }

    [Fact]
    public async Task Three_sources_are_aggregated_into_one_target()
    {
        await using var bench = await FlowBench.StartAsync("A", "B", "C", "D");
        foreach (var (alias, count) in new[] { ("A", 100), ("B", 200), ("C", 300) })
        {
            await bench.Client(alias).CreateTopicAsync("t", 2, null, Ct);
            await bench.Client(alias).GenerateAsync("t", new() { Count = count, Partitions = 2 }, Ct);
        }

        await bench.RunUntilAsync(
            "A->D.enabled = true\nB->D.enabled = true\nC->D.enabled = true", "all to arrive",
            async _ => await bench.EndAsync("D", "A.t") == 100 && await bench.EndAsync("D", "B.t") == 200
                && await bench.EndAsync("D", "C.t") == 300);

        foreach (var alias in new[] { "A", "B", "C" })
        {
            Assert.Equal(await bench.ContentAsync(alias, "t"), await bench.ContentAsync("D", $"{alias}.t"));
        }
    }

    [Fact]
    public async Task Positions_of_a_connector_on_a_Connect_cluster_are_taken_over()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 100, Partitions = 1 }, Ct);
        await bench
            .Client("B").CreateTopicAsync("connect-offsets", 1, new Dictionary<string, string> { ["cleanup.policy"] = "compact" }, Ct);
        var stored = KafkaRecord.Of("""["my-mirror",{"cluster":"A","partition":0,"topic":"orders"}]""", """{"offset":69}""", 0);
        await bench.Client("B").ProduceAsync("connect-offsets", [stored], new Dictionary<string, string>(), Ct);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nA->B.name = my-mirror\nB.offset.storage.topic = connect-offsets", "the rest to arrive",
            async _ => await bench.EndAsync("B", "A.orders") == 30);

        var there = (await bench.Client("B").ReadAsync("connect-offsets", new() { Records = true }, Ct))[0].Records[^1];
        Assert.Equal("""["my-mirror",{"cluster":"A","partition":0,"topic":"orders"}]""", Encoding.UTF8.GetString(there.Key!));
        Assert.StartsWith("""{"offset":99,"target":29,"epoch":0,"source":""", Encoding.UTF8.GetString(there.Value!),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_library_translates_both_ways_what_a_flow_stored()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("B").CreateTopicAsync("A.orders", 1, null, Ct);
        await bench.Client("B").GenerateAsync("A.orders", new() { Count = 7, Partitions = 1 }, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 1000, Partitions = 1 }, Ct);
        await bench.RunUntilAsync("A->B.enabled = true", "the records to arrive", async _ => await bench.EndAsync("B", "A.orders") == 1007);
        await using var client = new MirrorClient.MirrorClient(MirrorClient.MirrorClientOptions.For(bench.Cluster("B").BootstrapServers));

        var target = await client.TranslateToTargetAsync("A", new Dictionary<TopicPartition, long> { [new("orders", 0)] = 123 }, Ct);
        var source = await client.TranslateToSourceAsync("A", new Dictionary<TopicPartition, long> { [new("A.orders", 0)] = 130 }, Ct);

        Assert.Equal((130, 123), (target.Values.Single().Offset?.Offset, source.Values.Single().Offset?.Offset));
    }

    [Fact]
    public async Task Identity_policy_keeps_names()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("t", 2, null, Ct);
        await bench.Client("A").GenerateAsync("t", new() { Count = 100, Partitions = 2 }, Ct);
        await bench.Client("A").SetGroupOffsetAsync("billing", "t", 1, 7, Ct);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nreplication.policy.class = "
                + "org.apache.kafka.connect.mirror.IdentityReplicationPolicy\nsync.group.offsets.enabled = true", "all to arrive",
            async _ => await bench.EndAsync("B", "t") == 100
                && (await bench.Client("B").GroupOffsetsAsync("billing", "t", Ct)).GetValueOrDefault(1) == 7);

        Assert.Equal(await bench.ContentAsync("A", "t"), await bench.ContentAsync("B", "t"));
        Assert.Equal(100, await bench.EndAsync("A", "t"));
    }

    [Fact]
    public async Task One_cluster_under_two_aliases_is_refused_and_the_other_flows_run()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        var again = bench.Cluster("A").BootstrapServers.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        FlowSnapshot? refused = null;
        await bench.RunUntilAsync(
            $"clusters = A, B, C\nC.bootstrap.servers = {again}\nA->B.enabled = true\nA->C.enabled = true",
            "one flow to be refused and the other to run",
            async seen =>
            {
                refused = seen.Flows.Single(flow => flow.Flow == "A->C");
                return refused.Status == FlowStatus.Refused && await bench.EndAsync("B", "A.orders") >= 10;
            });

        Assert.Contains("are one cluster", refused!.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_is_raised_for_a_paused_lane_is_noticed_and_stays_raised()
    {
        const string After = "message.timestamp.after.max.ms";
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("evt", 1, new Dictionary<string, string> { [After] = "9223372036854775807" }, Ct);
        var late = TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds();
        await bench
            .Client("A").ProduceAsync("evt", [KafkaRecord.Of("k", "v", 0) with { Timestamp = late }], new Dictionary<string, string>(), Ct);
        await bench.Client("A").AlterTopicAsync("evt", new Dictionary<string, string> { [After] = "3600000" }, Ct);
        string? cause = null;
        var raised = false;

        await bench.RunUntilAsync("A->B.enabled = true\nsync.topic.configs.interval.seconds = 1",
            "the record to arrive and more configs to follow", async seen =>
            {
                if (cause is null && seen.Total.Paused is [{ } paused, ..])
                {
                    cause = paused.Cause;
                }

                // Paused for long enough that the retry clock alone would take its time.
                if (cause is not null && !raised && seen.Total.Paused is [{ } waits, ..]
                    && waits.RetryAt - TimeProvider.System.GetUtcNow() > TimeSpan.FromSeconds(6))
                {
                    raised = true;
                    await bench.Client("B").AlterTopicAsync("A.evt", new Dictionary<string, string> { [After] = "10800000" }, Ct);
                    await Eventually.ValueAsync("the lane to go on", TimeSpan.FromSeconds(5.5),
                        async _ => await bench.EndAsync("B", "A.evt"), end => end == 1, Ct);
                    await bench.Client("A").AlterTopicAsync("evt", new Dictionary<string, string> { ["retention.ms"] = "777777" }, Ct);
                }

                return raised
                    && (await bench.Client("B").DescribeTopicAsync("A.evt", Ct)).Configs.GetValueOrDefault("retention.ms") == "777777";
            });

        Assert.Contains(
            $"--bootstrap-server {bench.Cluster("B").BootstrapServers} --alter --entity-type topics --entity-name A.evt --add-config "
                + $"{After}=9223372036854775807", cause, StringComparison.Ordinal);
        Assert.Equal("10800000", (await bench.Client("B").DescribeTopicAsync("A.evt", Ct)).Configs[After]);
    }

    [Fact]
    public async Task Groups_that_hold_a_mirrors_positions_are_not_followed()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await MirrorOnceAsync(bench, "mm1-group", checks: false);
        await MirrorOnceAsync(bench, "mine", checks: true);
        await bench.Client("A").SetGroupOffsetAsync("heliostat-to-b-9092", "orders", 0, 7, Ct);
        await bench.Client("A").SetGroupOffsetAsync("billing", "orders", 0, 7, Ct);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nsync.group.offsets.enabled = true", "the group of people to be put on the target",
            async _ => (await bench.Client("B").GroupOffsetsAsync("billing", "A.orders", Ct)).Count > 0);

        foreach (var group in new[] { "mm1-group", "mine", "heliostat-to-b-9092" })
        {
            Assert.Empty(await bench.Client("B").GroupOffsetsAsync(group, "A.orders", Ct));
        }

        Assert.Equal(1, await bench.EndAsync("B", "A.checkpoints.internal"));
    }

    /// <summary>Mirrors what is there without a file, with positions in a group of this name.</summary>
    private static async Task MirrorOnceAsync(FlowBench bench, string group, bool checks)
    {
        var flow = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = bench.Cluster("A").BootstrapServers,
            To = bench.Cluster("B").BootstrapServers,
            Topics = "orders",
            Group = group,
        }).Flow;
        flow = flow with { Positions = flow.SourceGroup with { UntilEnd = true, ChecksPositions = checks } };
        var engine = new MirrorEngine([flow], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Equal(MirrorEnd.Completed, (await engine.RunAsync(Ct, Ct).WaitAsync(TimeSpan.FromSeconds(60))).End);
    }
}
