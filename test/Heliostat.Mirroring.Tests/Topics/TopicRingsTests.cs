using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Topics;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class TopicRingsTests
{
    private const string Identity = "replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy";

    [Fact]
    public void A_topic_that_both_ways_would_take_goes_from_where_it_is()
    {
        var file = new Bench("A, B", "A->B.topics = evt-1|evt-2", "B->A.topics = evt-.*", "A->B." + Identity, "B->A." + Identity);

        file.See("A->B", "evt-1");
        file.See("B->A");

        Assert.Null(file.Claim("A->B", "evt-1"));
        file.See("B->A", "evt-1", "evt-3");
        Assert.Equal(LeftOutReason.Ring, file.Claim("B->A", "evt-1"));
        Assert.Null(file.Claim("B->A", "evt-3"));
        file.See("A->B", "evt-1", "evt-3");
        Assert.Null(file.Claim("A->B", "evt-1"));
    }

    [Fact]
    public void A_topic_that_is_only_on_the_second_cluster_goes_to_the_first()
    {
        var file = new Bench("A, B", Identity, "A->B.topics = a.*|t", "B->A.topics = b.*|t");

        file.See("A->B");
        file.See("B->A", "t");

        Assert.Null(file.Claim("B->A", "t"));
        file.See("A->B", "t");
        Assert.Equal(LeftOutReason.Ring, file.Claim("A->B", "t"));
    }

    [Fact]
    public void What_is_stored_decides_before_what_is_there()
    {
        var file = new Bench("A, B", Identity, "A->B.topics = a.*|t", "B->A.topics = b.*|t");

        file.Store("B->A", "t");
        file.See("A->B", "t");
        file.See("B->A", "t");

        Assert.Equal(LeftOutReason.Ring, file.Claim("A->B", "t"));
        Assert.Null(file.Claim("B->A", "t"));
    }

    [Fact]
    public void Where_both_are_everywhere_and_nothing_is_stored_the_first_of_the_file_has_it()
    {
        var file = new Bench("A, B", Identity, "A->B.topics = a.*|t", "B->A.topics = b.*|t");

        file.See("A->B", "t");
        file.See("B->A", "t");

        Assert.Equal(LeftOutReason.Ring, file.Claim("B->A", "t"));
        Assert.Null(file.Claim("A->B", "t"));
    }

    [Fact]
    public void Where_both_are_everywhere_a_topic_goes_from_where_it_holds_records()
    {
        var file = new Bench("A, B", Identity, "A->B.topics = a.*|t", "B->A.topics = b.*|t");

        Assert.Equal(["t"], file.Rings.Open(new FlowName("A", "B"), ["t", "a1"]));
        file.SeeEmpty("A->B", "t");
        file.See("B->A", "t");

        Assert.Equal(LeftOutReason.Ring, file.Claim("A->B", "t"));
        Assert.Null(file.Claim("B->A", "t"));
        Assert.Empty(file.Rings.Open(new FlowName("A", "B"), ["t", "a1"]));
    }

    [Fact]
    public void Nobody_begins_before_all_have_looked_but_who_has_it_goes_on()
    {
        var file = new Bench("A, B", Identity, "A->B.topics = a.*|t", "B->A.topics = b.*|t");
        file.Store("A->B", "t");
        file.See("A->B", "t", "a1");

        Assert.Null(file.Claim("A->B", "t"));
        Assert.Null(file.Claim("A->B", "a1"));
        file.See("B->A", "t");
        Assert.Equal(LeftOutReason.Ring, file.Claim("B->A", "t"));

        var fresh = new Bench("A, B", Identity, "A->B.topics = a.*|t", "B->A.topics = b.*|t");
        fresh.See("A->B", "t");
        Assert.Equal(LeftOutReason.RingUndecided, fresh.Claim("A->B", "t"));
        fresh.Rings.Leave(new FlowName("B", "A"));
        Assert.Null(fresh.Claim("A->B", "t"));
    }

    [Theory]
    [InlineData("A", "A->B, B->C")]
    [InlineData("B", "B->C, C->A")]
    [InlineData("C", "C->A, A->B")]
    public void In_a_ring_of_three_a_topic_gets_to_all_and_not_back(string origin, string expected)
    {
        var file = new Bench("A, B, C", Identity, "topics = .*", "A->B.topics = .*|a", "B->C.topics = .*|b", "C->A.topics = .*|c");
        Dictionary<string, HashSet<string>> clusters = new() { ["A"] = [], ["B"] = [], ["C"] = [] };
        clusters[origin].Add("t");

        HashSet<string> has = [];
        for (var round = 0; round < 4; round++)
        {
            foreach (var flow in new[] { "A->B", "B->C", "C->A" })
            {
                file.See(flow, [.. clusters[flow[..1]]]);
                if (clusters[flow[..1]].Contains("t") && round > 0 && file.Claim(flow, "t") is null)
                {
                    has.Add(flow);
                    clusters[flow[^1..]].Add("t");
                }
            }
        }

        Assert.Equal(expected.Split(", ").Order(), has.Order());
    }

    [Fact]
    public void A_ring_in_which_only_some_flows_keep_names_does_not_go_on()
    {
        var file = new Bench("A, B", "A->B." + Identity, "topics = .*");

        file.See("A->B", "t");
        file.See("B->A", "t", "u");

        Assert.Null(file.Claim("A->B", "t"));
        Assert.Equal(LeftOutReason.Ring, file.Claim("B->A", "t"));
        Assert.Null(file.Claim("B->A", "u"));
        file.See("A->B", "t", "B.u");
        Assert.Equal(LeftOutReason.Ring, file.Claim("A->B", "B.u"));
    }

    [Fact]
    public void A_separator_of_ones_own_that_the_other_way_does_not_know_closes_a_ring()
    {
        var file = new Bench("A, B", "A->B.replication.policy.separator = -", "topics = .*");

        file.See("A->B", "t");
        file.See("B->A", "A-t");

        Assert.Null(file.Claim("A->B", "t"));
        Assert.Equal(LeftOutReason.Ring, file.Claim("B->A", "A-t"));
    }

    [Fact]
    public void Origins_excuse_no_ring_into_which_marked_records_of_a_third_come()
    {
        var file = new Bench("A, B, C", Identity, "topics = .*", "heliostat.provenance = heliostat", "C->B.enabled = true");
        string[] flows = ["A->B", "B->C", "C->A", "C->B"];
        Array.ForEach(flows, flow => file.See(flow, "t"));

        Assert.Null(file.Claim("A->B", "t"));
        Assert.Null(file.Claim("C->A", "t"));
        Assert.Single((string[])["B->C", "C->B"], flow => file.Claim(flow, "t") == LeftOutReason.Ring);
    }

    [Theory]
    [InlineData("heliostat", "heliostat", null)]
    [InlineData("heliostat", "redpanda", LeftOutReason.Ring)]
    public void Origins_end_a_ring_that_marks_them_alike(string here, string there, LeftOutReason? expected)
    {
        var file = new Bench("A, B", Identity, "topics = .*", $"A->B.heliostat.provenance = {here}",
            $"B->A.heliostat.provenance = {there}");
        file.See("A->B", "t");
        file.See("B->A", "t");

        Assert.Null(file.Claim("A->B", "t"));
        Assert.Equal(expected, file.Claim("B->A", "t"));
    }

    [Fact]
    public void Names_that_tell_where_topics_came_from_close_no_ring()
    {
        var file = new Bench("A, B", "topics = .*");

        file.See("A->B", "t");

        Assert.Null(file.Claim("A->B", "t"));
        Assert.Null(file.Claim("A->B", "heartbeats"));
    }

    [Fact]
    public void What_is_left_out_says_who_has_it_and_how_to_have_it_otherwise()
    {
        var file = new Bench("A, B", Identity, "A->B.topics = a.*|t", "B->A.topics = b.*|t");
        file.See("A->B", "t");
        file.See("B->A", "t");

        Assert.Equal(
            "B->A, A->B would carry its records round for ever: A->B has it, and to have it by B->A take it out of the other's topics",
            file.Rings.Claim(new FlowName("B", "A"), "t")!.Detail);
    }

    /// <summary>Flows of a file as they look at their clusters, one after the other.</summary>
    private sealed class Bench
    {
        public Bench(string clusters, params string[] lines)
        {
            string[] aliases = clusters.Split(", ");
            var ways = aliases.Length == 2 ? new[] { "A->B", "B->A" } : ["A->B", "B->C", "C->A"];
            var text = string.Join('\n',
            [
                $"clusters = {clusters}", .. aliases.Select(alias => $"{alias}.bootstrap.servers = {alias}:9092"),
                .. ways.Select(way => $"{way}.enabled = true"), .. lines,
            ]);
            Rings = new TopicRings(Configurations.Read(text).ToFile().Flows);
        }

        public TopicRings Rings { get; }

        public void See(string flow, params string[] topics) => Rings.Saw(Name(flow), topics, topics);

        public void SeeEmpty(string flow, params string[] topics) => Rings.Saw(Name(flow), topics, []);

        public void Store(string flow, string topic) => Rings.Stored(Name(flow), [topic]);

        public LeftOutReason? Claim(string flow, string topic) => Rings.Claim(Name(flow), topic)?.Reason;

        private static FlowName Name(string flow) => new(flow[..1], flow[^1..]);
    }
}
