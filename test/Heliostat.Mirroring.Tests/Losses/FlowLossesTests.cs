using System.Text;
using Heliostat.Broker;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Tests.Flows;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Losses;

/// <summary>
/// What befalls the logs of a flow of a file, while it runs and while it does not: never a record is lost or mixed in without a word.
/// </summary>
public sealed class FlowLossesTests : IAsyncLifetime
{
    private const string Flow = "A->B.enabled = true";
    private const string Gone = "source: topic orders is gone; it was mirrored up to offset 100 of partition 0";

    private static readonly CancellationToken Ct = CancellationToken.None;

    private FlowBench _bench = null!;

    public async Task InitializeAsync() => _bench = await FlowBench.StartAsync("A", "B");

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Theory]
    [InlineData(Flow)]
    [InlineData(Flow + "\nB.exactly.once.source.support = enabled")]
    public async Task A_log_truncated_while_nothing_ran_halts_its_lane_and_stays_halted_until_somebody_decides(string settings)
    {
        await MirroredAsync(200, settings);
        _bench.Cluster("A").Cluster.Truncate("orders", 0, 150);
        await GenerateAsync(1000, 100);

        await HaltedAsync("truncated to offset 150 below position 200", settings);
        Assert.Equal(200, await CountAsync());
        await HaltedAsync("truncated to offset 150 below position 200", settings);
        Assert.Equal(200, await CountAsync());

        var halted = Assert.Single(await LanesAsync());
        Assert.Equal(("orders", 0, "truncated", 200, 150),
            (halted.Topic, halted.Partition, halted.Kind, halted.Position, halted.Divergence));
        await ResumeAsync(halted, halted.Divergence!.Value);
        await _bench.RunUntilAsync(settings, "what came after the divergence",
            async now => now.Total.RunningLanes == 1 && await CountAsync() == 300);

        Assert.Empty(await LanesAsync());
        Assert.Equal(["truncated at 200"], await EventsAsync());
        await _bench.RunUntilAsync(settings, "nothing more",
            async now => now.Total is { RunningLanes: 1, LagRecords: 0 } && await CountAsync() == 300);
    }

    [Fact]
    public async Task A_halted_lane_goes_on_in_a_running_flow_within_seconds_of_the_decision()
    {
        await MirroredAsync(200);
        _bench.Cluster("A").Cluster.Truncate("orders", 0, 150);
        await GenerateAsync(1000, 100);
        HaltedLane? decided = null;

        await _bench.RunUntilAsync(Flow, "the lane to go on", async now =>
        {
            if (decided is null && now.Total.Paused is [{ RetryAt: null }] && await LanesAsync() is [var lane])
            {
                decided = lane;
                await ResumeAsync(lane, 150);
            }

            return decided is not null && await CountAsync() == 300;
        });

        Assert.Empty(await LanesAsync());
    }

    [Fact]
    public async Task A_topic_created_anew_while_nothing_ran_is_not_taken_for_the_old_one()
    {
        await MirroredAsync(100);
        _bench.Cluster("A").Cluster.RecreateTopic("orders");
        await GenerateAsync(1000, 300);

        await HaltedAsync("deleted and created anew");

        Assert.Equal(100, await CountAsync());
        await _bench.RunUntilAsync(Flow, "the halt to stay", now => Task.FromResult(now.Total.Paused is [{ RetryAt: null }]));
        Assert.Equal(100, await CountAsync());
        Assert.Equal(["recreated at 100"], await EventsAsync());
    }

    [Fact]
    public async Task A_topic_created_anew_is_mirrored_from_its_beginning_where_that_is_asked_for()
    {
        await MirroredAsync(100);
        _bench.Cluster("A").Cluster.RecreateTopic("orders");
        await GenerateAsync(1000, 300);

        await _bench.RunUntilAsync(Flow + "\nheliostat.on.recreated = other:halt, ord.*:restart", "the new topic to be mirrored",
            async _ => await CountAsync() == 400);

        Assert.Equal(["recreated at 100"], await EventsAsync());
    }

    [Fact]
    public async Task Records_that_rules_do_not_take_are_told_of_a_topic_that_was_created_anew_too()
    {
        const string Masking = Flow
            + "\nA->B.transforms = mask\nA->B.transforms.mask.type = MaskField$Value\nA->B.transforms.mask.fields = "
            + "a\nA->B.heliostat.payload.value = json\n"
            + "heliostat.on.untransformed = record\nheliostat.on.recreated = restart";
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 20);
        var recreated = false;

        await _bench.RunUntilAsync(Masking, "those of both topics to be told", async now =>
        {
            var told = now.Flows[0].Losses.Where(loss => loss.Kind == "untransformed").Sum(loss => loss.Times);
            if (!recreated && told == 20)
            {
                recreated = true;
                _bench.Cluster("A").Cluster.RecreateTopic("orders");
                await GenerateAsync(1000, 20);
            }

            return told == 40;
        });
    }

    [Fact]
    public async Task A_truncation_under_a_running_lane_is_rewound_where_that_is_asked_for()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 150);
        await GenerateAsync(150, 50);
        var truncated = false;

        await _bench.RunUntilAsync(Flow + "\nheliostat.on.truncated = rewind", "what came after the divergence", async now =>
        {
            if (!truncated && await CountAsync() == 200 && now.Total.LagRecords == 0)
            {
                truncated = true;
                _bench.Cluster("A").Cluster.Truncate("orders", 0, 150);
                await GenerateAsync(1000, 100);
            }

            return truncated && await CountAsync() == 300;
        });

        Assert.Equal(["truncated at 200"], await EventsAsync());
        Assert.Empty(await LanesAsync());
    }

    [Fact]
    public async Task A_topic_created_anew_under_a_running_lane_halts_it_for_good()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 100);
        var recreated = false;

        await _bench.RunUntilAsync(Flow, "the lane to halt", async now =>
        {
            if (!recreated && await CountAsync() == 100)
            {
                recreated = true;
                _bench.Cluster("A").Cluster.RecreateTopic("orders");
                await GenerateAsync(1000, 300);
            }

            return now.Total.Paused is [{ RetryAt: null }];
        });
        await HaltedAsync("deleted and created anew");

        Assert.Equal(100, await CountAsync());
    }

    [Fact]
    public async Task Retention_that_passed_the_position_is_kept_as_a_gap()
    {
        await MirroredAsync(100);
        await GenerateAsync(100, 100);
        _bench.Cluster("A").Cluster.RaiseLogStart("orders", 0, 150);

        await _bench.RunUntilAsync(Flow, "what is left", async _ => await CountAsync() == 150);

        Assert.Equal(["gap at 100"], await EventsAsync());
    }

    [Fact]
    public async Task A_gap_halts_where_that_is_asked_for()
    {
        await MirroredAsync(100);
        await GenerateAsync(100, 100);
        _bench.Cluster("A").Cluster.RaiseLogStart("orders", 0, 150);

        await HaltedAsync("offsets 100 to 149 were deleted by retention", Flow + "\nheliostat.on.gap = halt");

        Assert.Equal(100, await CountAsync());
    }

    [Fact]
    public async Task A_mirror_that_was_deleted_is_made_anew_with_all_that_it_held()
    {
        await MirroredAsync(100);
        _bench.Cluster("B").Cluster.DeleteTopic("A.orders");

        await _bench.RunUntilAsync(Flow, "all of it again", async _ => await CountAsync() == 100);

        Assert.Equal(["target-lost at 100"], await EventsAsync());
        Assert.Equal(await _bench.ContentAsync("A", "orders"), await _bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task A_mirror_that_is_deleted_under_a_running_lane_is_made_anew_with_all_that_it_held()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 100);
        var deleted = false;

        await _bench.RunUntilAsync(Flow, "all of it again", async now =>
        {
            if (!deleted && await CountAsync() == 100 && now.Total.LagRecords == 0)
            {
                deleted = true;
                _bench.Cluster("B").Cluster.DeleteTopic("A.orders");
            }

            return deleted && await CountAsync() == 100 && now.Total.RunningLanes == 1;
        });

        Assert.Equal(await _bench.ContentAsync("A", "orders"), await _bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task What_a_target_lost_is_mirrored_again_from_there()
    {
        await MirroredAsync(100);
        _bench.Cluster("B").Cluster.Truncate("A.orders", 0, 50);
        await GenerateAsync(100, 50);

        await _bench.RunUntilAsync(Flow, "the rest again", async _ => await CountAsync() == 150);

        Assert.Equal(["target-lost at 100"], await EventsAsync());
        Assert.Equal(await _bench.ContentAsync("A", "orders"), await _bench.ContentAsync("B", "A.orders"));
    }

    [Theory]
    [InlineData(Flow)]
    [InlineData(Flow + "\nB.exactly.once.source.support = enabled")]
    public async Task A_mirror_that_was_made_anew_is_filled_also_where_the_source_was_truncated(string settings)
    {
        settings += "\nheliostat.on.truncated = rewind";
        await MirroredAsync(200, settings);
        _bench.Cluster("A").Cluster.Truncate("orders", 0, 150);
        _bench.Cluster("B").Cluster.RecreateTopic("A.orders");
        await GenerateAsync(1000, 100);

        await _bench.RunUntilAsync(settings, "all of it again", async _ => await CountAsync() == 250);

        Assert.Equal(["truncated at 200", "target-lost at 150"], await EventsAsync());
        Assert.Equal(await _bench.ContentAsync("A", "orders"), await _bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task What_a_target_lost_beside_a_truncation_of_the_source_is_mirrored_again()
    {
        const string Settings = Flow + "\nheliostat.on.truncated = rewind";
        await MirroredAsync(200, Settings);
        _bench.Cluster("A").Cluster.Truncate("orders", 0, 150);
        _bench.Cluster("B").Cluster.Truncate("A.orders", 0, 50);
        await GenerateAsync(1000, 100);

        await _bench.RunUntilAsync(Settings, "the rest again", async _ => await CountAsync() == 250);

        Assert.Equal(["truncated at 200", "target-lost at 150"], await EventsAsync());
        Assert.Equal(await _bench.ContentAsync("A", "orders"), await _bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task What_a_target_lost_under_a_running_lane_is_mirrored_again_from_there()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 50);
        await GenerateAsync(50, 50);
        var isLost = false;

        await _bench.RunUntilAsync(Flow, "the rest again", async now =>
        {
            if (!isLost && await CountAsync() == 100 && now.Total.LagRecords == 0)
            {
                isLost = true;
                _bench.Cluster("B").Cluster.Truncate("A.orders", 0, 50);
                await GenerateAsync(100, 40);
                await GenerateAsync(140, 40);
            }

            // What showed the loss stands where the lost records stood, before them: as many as had been fetched by then.
            return isLost && await CountAsync() > 50 + 130 && now.Total is { RunningLanes: 1, LagRecords: 0 };
        });

        Assert.Equal((await ValuesAsync("A", "orders")).Skip(50), (await ValuesAsync("B", "A.orders")).TakeLast(130));
        Assert.Equal(["target-lost at 100"], await EventsAsync());
    }

    [Fact]
    public async Task What_a_new_leader_has_lost_is_mirrored_again_and_nothing_comes_twice()
    {
        var clusters = new Dictionary<string, EmbeddedClusterOptions> { ["A"] = new(), ["B"] = new() { BrokerCount = 2 } };
        await using var bench = await FlowBench.StartAsync(clusters);
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(bench, 0, 100);
        var isLost = false;

        await bench.RunUntilAsync(Flow, "the rest again", async now =>
        {
            if (!isLost && await bench.RecordsAsync("B", "A.orders") == 100 && now.Total.LagRecords == 0)
            {
                isLost = true;
                var cluster = bench.Cluster("B").Cluster;
                cluster.MoveLeader("A.orders", 0, 1 - cluster.Leader("A.orders", 0));
                cluster.Truncate("A.orders", 0, 50);
                await GenerateAsync(bench, 100, 80);
            }

            return isLost && await bench.RecordsAsync("B", "A.orders") >= 180 && now.Total is { RunningLanes: 1, LagRecords: 0 };
        });

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task A_topic_that_goes_and_comes_back_is_looked_at_again()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await _bench.Client("A").CreateTopicAsync("other", 1, null, Ct);
        await GenerateAsync(0, 100);
        var (gone, back) = (false, false);

        await _bench.RunUntilAsync(Flow + "\nheliostat.on.recreated = restart", "the new topic to be mirrored", async now =>
        {
            if (!gone && await CountAsync() == 100)
            {
                gone = true;
                _bench.Cluster("A").Cluster.DeleteTopic("orders");
            }
            else if (gone && !back && now.Total.Paused is [{ RetryAt: null } only]
                && only.Cause.Contains("is gone", StringComparison.Ordinal))
            {
                back = true;
                await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
                await GenerateAsync(1000, 50);
            }

            return back && await CountAsync() == 150;
        });

        Assert.Equal(["gone at 100", "recreated at 100"], await EventsAsync());
    }

    [Fact]
    public async Task With_latest_what_comes_between_two_starts_is_mirrored()
    {
        const string Latest = Flow + "\nA.consumer.auto.offset.reset = latest";
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await _bench.Client("A").CreateTopicAsync("empty", 1, null, Ct);
        await GenerateAsync(0, 100);
        await _bench.RunUntilAsync(Latest, "the starts to be stored", async now =>
            now.Total.RunningLanes == 2 && await _bench.EndAsync("B", "mm2-offsets.A.internal") == 2
                && await _bench.EndAsync("B", "heliostat-state.A.internal") == 3);
        await GenerateAsync(100, 20);
        await _bench.Client("A").GenerateAsync("empty", new() { Count = 7, Partitions = 1 }, Ct);
        await _bench.Client("A").CreatePartitionsAsync("orders", 2, Ct);
        await _bench
            .Client("A").ProduceAsync("orders", [KafkaRecord.Of("k", "in the new partition", 1)], new Dictionary<string, string>(), Ct);

        await _bench.Client("A").CreateTopicAsync("new", 1, null, Ct);
        await _bench.Client("A").GenerateAsync("new", new() { Count = 5, Partitions = 1 }, Ct);

        await _bench.RunUntilAsync(Latest, "what came meanwhile",
            async _ => await CountAsync() == 21 && await _bench.EndAsync("B", "A.empty") == 7 && await _bench.EndAsync("B", "A.new") == 5);
    }

    [Fact]
    public async Task With_latest_a_topic_that_appears_while_the_flow_runs_is_mirrored_from_its_beginning()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 100);
        var appeared = false;

        await _bench.RunUntilAsync(Flow + "\nA.consumer.auto.offset.reset = latest", "the new topic", async now =>
        {
            if (!appeared && now.Total.RunningLanes == 1)
            {
                appeared = true;
                await _bench.Client("A").CreateTopicAsync("late", 1, null, Ct);
                await _bench.Client("A").GenerateAsync("late", new() { Count = 9, Partitions = 1 }, Ct);
            }

            return await _bench.EndAsync("B", "A.late") == 9;
        });

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_topic_that_went_while_nothing_ran_is_told_once_where_that_is_asked_for()
    {
        const string Recorded = Flow + "\nheliostat.on.gone = record";
        await MirroredAsync(100);
        await _bench.Client("A").DeleteTopicAsync("orders", Ct);
        await _bench.Client("A").CreateTopicAsync("other", 1, null, Ct);
        for (var turn = 1; turn <= 2; turn++)
        {
            using var loggers = new RecordingLoggerFactory();
            await _bench.RunUntilAsync(Recorded, "the other topic's lane",
                now => Task.FromResult(now.Total is { RunningLanes: 1, Paused: [] }), loggers);
            Assert.Equal(turn == 1 ? 1 : 0, loggers.Lines.Count(line => line.Contains(Gone, StringComparison.Ordinal)));
        }

        Assert.Equal(["gone at 100"], await EventsAsync());
    }

    [Fact]
    public async Task A_topic_that_went_while_nothing_ran_halts_its_lanes_until_somebody_decides()
    {
        await MirroredAsync(100);
        await _bench.Client("A").DeleteTopicAsync("orders", Ct);
        await HaltedAsync(Gone);
        await HaltedAsync(Gone);
        await ResumeAsync(Assert.Single(await LanesAsync()), 0);
        await _bench.Client("A").CreateTopicAsync("other", 1, null, Ct);
        await _bench.RunUntilAsync(Flow, "the other topic's lane", now => Task.FromResult(now.Total is { RunningLanes: 1, Paused: [] }));

        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 30);
        await _bench.RunUntilAsync(Flow, "the new topic to be mirrored from its beginning", async now => await CountAsync() == 130);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("\nheliostat.on.gone = record", 0)]
    public async Task A_topic_that_goes_under_a_running_lane_is_not_forgotten_over_a_restart(string policy, int halted)
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await _bench.Client("A").CreateTopicAsync("other", 1, null, Ct);
        await GenerateAsync(0, 100);
        var gone = false;
        await _bench.RunUntilAsync(Flow + policy, "the topic's end to be noticed", async now =>
        {
            if (!gone && await CountAsync() == 100 && now.Total.LagRecords == 0)
            {
                gone = true;
                _bench.Cluster("A").Cluster.DeleteTopic("orders");
            }

            return gone && now.Total is { Lanes: var lanes, RunningLanes: 1 } && lanes == 1 + halted && now.Total.HaltedLanes == halted;
        });

        await _bench.RunUntilAsync(Flow + policy, "the other lane, and what is halted",
            now => Task.FromResult(now.Total.RunningLanes == 1 && now.Total.HaltedLanes == halted));
        Assert.Equal(["gone at 100"], await EventsAsync());
    }

    [Fact]
    public async Task A_topic_that_lost_partitions_while_nothing_ran_halts_those_that_are_not_there()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 2, null, Ct);
        await _bench.Client("A").GenerateAsync("orders", new() { Count = 100, Partitions = 2 }, Ct);
        await _bench.RunUntilAsync(Flow, "the records to arrive", async now => await CountAsync() == 100 && now.Total.LagRecords == 0);
        await _bench.Client("A").DeleteTopicAsync("orders", Ct);
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);

        await _bench.RunUntilAsync(Flow, "both lanes to halt", now => Task.FromResult(
            now.Total.HaltedLanes == 2 && now.Total.Paused.Any(lane => lane.Cause.Contains(
                "source: topic orders has fewer partitions now (1); orders-1 was mirrored up to offset 50", StringComparison.Ordinal))));

        Assert.Equal(["recreated", "shrunk"], (await LanesAsync()).Select(lane => lane.Kind));
    }

    [Fact]
    public async Task Another_process_that_writes_to_a_mirror_is_told_as_that()
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, 100);
        using var loggers = new RecordingLoggerFactory();
        var wrote = false;

        await _bench.RunUntilAsync(Flow, "the foreign writer to be told", async _ =>
        {
            if (!wrote && await CountAsync() == 100)
            {
                wrote = true;
                await _bench.Client("B").ProduceAsync("A.orders",
                    [KafkaRecord.Of("k", "foreign", 0), KafkaRecord.Of("k", "foreign too", 0)], new Dictionary<string, string>(), Ct);
                await GenerateAsync(100, 10);
            }

            return loggers.Lines.Any(line => line.Contains("A.orders-0: another process writes to it", StringComparison.Ordinal));
        }, loggers);

        Assert.DoesNotContain(loggers.Lines, line => line.Contains("forgot", StringComparison.Ordinal));
        Assert.Contains(loggers.Lines,
            line => line.Contains("2 offsets from 100 on, between what is written from here", StringComparison.Ordinal));
    }

    private async Task MirroredAsync(int records, string settings = Flow)
    {
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(0, records - 50);
        await GenerateAsync(records - 50, 50);
        await _bench.RunUntilAsync(settings, "the records to arrive",
            async now => await CountAsync() == records && now.Total.LagRecords == 0);
    }

    /// <summary>The flow starts, its lane halts with these words, and it is stopped.</summary>
    private Task HaltedAsync(string cause, string settings = Flow) => _bench.RunUntilAsync(
        settings, $"the lane to halt: {cause}",
        now => Task.FromResult(now.Total.Paused is [{ RetryAt: null } lane] && lane.Cause.Contains(cause, StringComparison.Ordinal)
            && now.Total.LagRecords is null));

    private Task GenerateAsync(long first, int count) => GenerateAsync(_bench, first, count);

    private static Task GenerateAsync(FlowBench bench, long first, int count) =>
        bench.Client("A").GenerateAsync("orders", new() { First = first, Count = count, Partitions = 1 }, Ct);

    private async Task<long> CountAsync() =>
        await _bench.EndAsync("B", "A.orders") == 0 ? 0 : (await _bench.ContentAsync("B", "A.orders")).Sum(p => p.Count);

    private async Task<IEnumerable<string>> ValuesAsync(string alias, string topic) =>
        (await _bench.Client(alias).ReadAsync(topic, new() { Records = true }, Ct)).Single().Records
            .Select(record => Convert.ToHexString(record.Value ?? []));

    private async Task<IReadOnlyList<HaltedLane>> LanesAsync()
    {
        await using var lanes = new HaltedLanes(_bench.File(Flow).Flows.Single(flow => flow.Enabled), TimeProvider.System,
            NullLoggerFactory.Instance);
        return await lanes.ReadAsync(Ct);
    }

    private async Task ResumeAsync(HaltedLane lane, long from)
    {
        await using var lanes = new HaltedLanes(_bench.File(Flow).Flows.Single(flow => flow.Enabled), TimeProvider.System,
            NullLoggerFactory.Instance);
        await lanes.ResumeAsync([(lane, from)], Ct);
    }

    /// <summary>The events in the state topic, in order.</summary>
    /// <summary>By key, as the topic is compacted: a start that has not heard that one is stored stores it again.</summary>
    private async Task<IEnumerable<string>> EventsAsync() =>
        (from record in (await _bench.Client("B").ReadAsync("heliostat-state.A.internal", new() { Records = true }, Ct))[0].Records
         let key = Encoding.UTF8.GetString(record.Key!)
         where key.StartsWith("""["event","orders",0,""", StringComparison.Ordinal)
         let parts = key.Trim('[', ']').Split(',')
         select $"{parts[3].Trim('"')} at {parts[4]}").Distinct();
}
