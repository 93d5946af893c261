using Heliostat.Mirroring.Flows;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Flows that could carry a topic round, of one file and of two.</summary>
public sealed class RingTests
{
    private const string Identity = "replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy";

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task Three_clusters_in_a_ring_mirror_each_topic_to_each_cluster_once()
    {
        await using var bench = await FlowBench.StartAsync("A", "B", "C");
        foreach (var alias in new[] { "A", "B", "C" })
        {
            await bench.Client(alias).CreateTopicAsync("t", 1, null, Ct);
            await bench.Client(alias).GenerateAsync("t", new() { Count = 100, Partitions = 1 }, Ct);
        }

        (string Alias, string Topic)[] all = [("B", "A.t"), ("C", "B.t"), ("A", "C.t"), ("C", "B.A.t"), ("A", "C.B.t"), ("B", "A.C.t")];
        await bench.RunUntilAsync("A->B.enabled = true\nB->C.enabled = true\nC->A.enabled = true", "all to arrive", async _ =>
        {
            foreach (var (alias, topic) in all)
            {
                if (await bench.EndAsync(alias, topic) < 100)
                {
                    return false;
                }
            }

            return true;
        });

        foreach (var alias in new[] { "A", "B", "C" })
        {
            var topics = await bench.Client(alias).ListTopicsAsync(Ct);
            Assert.Equal(all.Where(a => a.Alias == alias).Select(a => a.Topic).Append("t").Order(StringComparer.Ordinal),
                topics.Where(t => t.EndsWith('t') && !t.Contains("heartbeat", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Two_clusters_mirror_each_other_and_nothing_comes_back()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        foreach (var alias in new[] { "A", "B" })
        {
            await bench.Client(alias).CreateTopicAsync("t", 2, null, Ct);
            await bench.Client(alias).GenerateAsync("t", new() { Count = 100, Partitions = 2 }, Ct);
        }

        await bench.RunUntilAsync(
            "A->B.enabled = true\nB->A.enabled = true", "both to arrive",
            async _ => await bench.EndAsync("B", "A.t") == 100 && await bench.EndAsync("A", "B.t") == 100);

        Assert.Equal(await bench.ContentAsync("A", "t"), await bench.ContentAsync("B", "A.t"));
        Assert.Equal(await bench.ContentAsync("B", "t"), await bench.ContentAsync("A", "B.t"));
        Assert.DoesNotContain("B.A.t", await bench.Client("A").ListTopicsAsync(Ct));
    }

    [Fact]
    public async Task A_ring_that_one_cluster_closes_under_another_alias_is_refused()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        var again = bench.Cluster("A").BootstrapServers.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        await bench.RunUntilAsync(
            $"clusters = A, B, C\nC.bootstrap.servers = {again}\nA->B.enabled = true\nB->C.enabled = true",
            "one flow to be refused and the other to run",
            seen => Task.FromResult(
                seen.Flows.Count(flow => flow.Status == FlowStatus.Refused
                    && flow.Cause!.Contains("are one cluster", StringComparison.Ordinal)) == 1
                && seen.Flows.Count(flow => flow.Status == FlowStatus.Running) == 1));
    }

    [Theory]
    [InlineData("A->B." + Identity + "\nB->A." + Identity)]
    [InlineData("A->B." + Identity)]
    [InlineData("A->B.replication.policy.separator = -")]
    public async Task What_two_flows_would_carry_round_stays_as_it_is(string policies)
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("evt-1", 1, null, Ct);
        await bench.Client("A").GenerateAsync("evt-1", new() { Count = 20, Partitions = 1 }, Ct);
        await bench.Client("B").CreateTopicAsync("evt-2", 1, null, Ct);
        await bench.Client("B").GenerateAsync("evt-2", new() { Count = 20, Partitions = 1 }, Ct);

        for (var turn = 0; turn < 2; turn++)
        {
            // What came after a while is what had time to go round.
            var marks = 0;
            await bench.RunUntilAsync(
                $"A->B.enabled = true\nB->A.enabled = true\n{policies}\nA->B.topics = (.*)evt-(1|2)\nB->A.topics = (.*)evt-.*",
                "marks to arrive", async _ =>
                {
                    if (marks > 0 && !(await bench.Client("A")
                        .ListTopicsAsync(Ct)).Any(topic => topic.EndsWith($"evt-mark-{turn}-{marks}", StringComparison.Ordinal)))
                    {
                        return false;
                    }

                    if (marks > 3)
                    {
                        return (await EventsAsync(bench)).Count(end => end >= 20) >= 4;
                    }

                    await bench.Client("B").CreateTopicAsync($"evt-mark-{turn}-{++marks}", 1, null, Ct);
                    return false;
                });
        }

        Assert.Equal([20, 20, 20, 20], await EventsAsync(bench));
    }

    /// <summary>How many records each topic has that is called evt-1 or evt-2 in the end, on both clusters.</summary>
    private static async Task<List<long>> EventsAsync(FlowBench bench)
    {
        List<long> ends = [];
        foreach (var alias in new[] { "A", "B" })
        {
            foreach (var topic in (await bench.Client(alias).ListTopicsAsync(Ct)).Where(topic => topic[^5..] is "evt-1" or "evt-2"))
            {
                ends.Add(await bench.EndAsync(alias, topic));
            }
        }

        return ends;
    }

    [Fact]
    public async Task A_ring_of_three_that_keeps_names_brings_each_topic_to_each_cluster_once()
    {
        await using var bench = await FlowBench.StartAsync("A", "B", "C");
        foreach (var alias in new[] { "A", "B", "C" })
        {
            await bench.Client(alias).CreateTopicAsync($"of{alias}", 1, null, Ct);
            await bench.Client(alias).GenerateAsync($"of{alias}", new() { Count = 20, Partitions = 1 }, Ct);
        }

        await bench.RunUntilAsync(
            $"A->B.enabled = true\nB->C.enabled = true\nC->A.enabled = true\n{Identity}\nA->B.topics = of.*|a\nB->C.topics = "
                + "of.*|b\nC->A.topics = of.*|c", "all to arrive",
            async _ => (await Task.WhenAll(Everywhere(bench))).All(end => end == 20));

        Assert.All(await Task.WhenAll(Everywhere(bench)), end => Assert.Equal(20, end));
    }

    [Fact]
    public async Task Another_files_mirror_is_not_carried_back_whatever_it_calls_the_clusters()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("evt", 1, null, Ct);
        await bench.Client("A").GenerateAsync("evt", new() { Count = 20, Partitions = 1 }, Ct);
        var other =
            $"clusters = x, y\nx.bootstrap.servers = {bench.Cluster("A").BootstrapServers}\ny.bootstrap.servers = "
                + $"{bench.Cluster("B").BootstrapServers}\n"
                + $"x.offset.flush.interval.ms = 100\ny.offset.flush.interval.ms = 100\ny->x.enabled = true\n{Identity}\ntopics = evt.*";
        await bench.RunUntilAsync($"A->B.enabled = true\n{Identity}\ntopics = evt.*", "the records to arrive",
            async _ => await bench.EndAsync("B", "evt") == 20);
        await bench.Client("B").CreateTopicAsync("evt-mark", 1, null, Ct);
        await bench.Client("B").GenerateAsync("evt-mark", new() { Count = 20, Partitions = 1 }, Ct);
        var last = false;

        // What was made a mirror with the first new topic has begun to copy long before the second arrives.
        await bench.RunUntilAsync(other, "what is new to arrive", async _ =>
        {
            if (!last && await bench.EndAsync("A", "evt-mark") == 20)
            {
                last = true;
                await bench.Client("B").CreateTopicAsync("evt-last", 1, null, Ct);
                await bench.Client("B").GenerateAsync("evt-last", new() { Count = 20, Partitions = 1 }, Ct);
            }

            return last && await bench.EndAsync("A", "evt-last") == 20;
        });

        Assert.Equal((20, 20), (await bench.EndAsync("A", "evt"), await bench.EndAsync("B", "evt")));
    }

    private static IEnumerable<Task<long>> Everywhere(FlowBench bench) =>
        from alias in new[] { "A", "B", "C" }
        from origin in new[] { "A", "B", "C" }
        select bench.EndAsync(alias, $"of{origin}");
}
