using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Output;

namespace Heliostat.Tests.Output;

public sealed class PlannedTextTests
{
    private static readonly FlowPlan Empty = new()
    {
        Flow = "A->B",
        Enabled = true,
        Source = new PlannedCluster("A", "abc", 3),
        Target = new PlannedCluster("B", null, 1),
        Acls = new PlannedAcls { Off = "sync.topic.acls.enabled is false" },
        Groups = new PlannedGroups { Off = "emit.checkpoints.enabled is false" },
        Copy = new PlannedCopy { Bytes = 0 },
    };

    [Fact]
    public void Everything_has_its_paragraph()
    {
        var plan = Empty with
        {
            Mirrored = [new("orders", "A.orders", 3), new("plain", "A.plain", 1)],
            Create = [new("orders", "A.orders", 3, -1, new Dictionary<string, string?> { ["cleanup.policy"] = "compact" }, null)],
            InternalTopics = [new("B", "heartbeats", 1, 3, "target B: cannot")],
            Grow = [new("A.plain", 1, 2, null)],
            Configs = [new("A.plain", "retention.ms", "5", null, null)],
            Acls = new PlannedAcls
            {
                Add = ["User:a may READ topic 'A.orders'"],
                Copied = 2,
                Notes = [new AclNote("User:b may READ all topics", "not copied: so it is")]
            },
            Unnamed = ["app-heartbeats"],
            LeftOut = [new("x.replica", LeftOutReason.Excluded, null), new("B.y", LeftOutReason.Cycle, null)],
            Groups = new PlannedGroups { Followed = ["shop"], OffsetsWritten = true },
            Copy = new PlannedCopy { Records = 1234567, Bytes = 3_600_000_000, Resumed = 1 },
            Hazards = [new("something happens", ["orders (5 > 2)"])],
            Refusals = ["target B: cannot"],
        };

        Assert.Equal(
            """
            A->B  from A (cluster abc, 3 brokers) to B (1 broker)
              2 topics are mirrored, in 4 lanes.
                1 of them is mirrored although topics does not select it, as heartbeats topics are by their
                    names: app-heartbeats; heartbeats.replication.enabled = false ends that
              Create 1 topic
                A.orders  3 partitions, the default number of replicas, cleanup.policy = compact
              Create 1 topic for its own use
                heartbeats  on B, 1 partition, 3 replicas  REFUSED, see below
              Add partitions to 1 topic
                A.plain  from 1 to 2 partitions
              Change 1 config
                A.plain  retention.ms: 5 -> the target's default
              Add 1 access rule
                User:a may READ topic 'A.orders'
                2 access rules are there already
              Of the source's access rules, 1 is not copied: so it is
                User:b may READ all topics
              Follow 1 consumer group (checkpoints, and offsets in the target's groups)
                shop
              Leave out 2 topics
                matched by topics.exclude, which is 'mm2.*\.internal, .*\.replica, __.*' unless set:
                    x.replica
                came from B, by their names; a topic that did not needs another name: B.y
              Copy 1,234,567 records at most, 3.60 GB on the source's disks, before it has caught up; 1 lane
                  goes on at stored positions
                takes about 72 s at 50.0 MB a second, if that is what clusters and network bear: a rate
                    stated with --rate, not measured
              Beware
                something happens: orders (5 > 2)
              Refused: 1
                target B: cannot


            """,
            Text(plan));
    }

    [Fact]
    public void Long_lists_are_cut_unless_asked_for()
    {
        var plan = Empty with
        {
            Create = [.. Enumerable.Range(0, 30)
                .Select(i => new PlannedTopic($"t{i}", $"A.t{i}", 1, 1, new Dictionary<string, string?>(), null))],
            Refusals = [.. Enumerable.Range(0, 30)
                .Select(i => $"target B: cannot create topic 'A.t{i}' with {i + 1} partition{(i == 0 ? "" : "s")}: NO")],
        };

        var few = Text(plan);
        var all = PlannedText.Of(new PlannedFile("f", [plan], 1), 96, all: true);

        Assert.Contains("\n    and 18 more; --all lists them\n", few, StringComparison.Ordinal);
        Assert.Contains("with 1 partition: NO; and 29 more like it\n", few, StringComparison.Ordinal);
        Assert.Contains("A.t29  ", all, StringComparison.Ordinal);
        Assert.Contains("'A.t29' with 30 partitions: NO\n", all, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_true_of_several_topics_that_are_left_out_is_said_once()
    {
        var text = Text(Empty with
        {
            LeftOut = [new("__a", LeftOutReason.Internal, "Kafka's own"),
            new("__b", LeftOutReason.Internal, "Kafka's own"), new(".c", LeftOutReason.Internal, "by its dot")]
        });

        Assert.Contains("internal to Kafka or to a mirror: __a, __b (Kafka's own), .c (by its dot)\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(79)]
    [InlineData(139)]
    [InlineData(199)]
    public void Every_line_fits_the_terminal_and_uses_it(int width)
    {
        var plan = Empty with
        {
            Mirrored = [new("orders", "A.orders", 3)],
            Unnamed = ["app-heartbeats"],
            LeftOut = [.. Enumerable.Range(0, 12).Select(i => new PlannedOmission($"__internal_{i}", LeftOutReason.Excluded, null))],
            Refusals =
                ["target B: cannot create topic 'A.orders' with 3 partitions: INVALID_REPLICATION_FACTOR (Unable to replicate the "
                    + "partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are "
                    + "registered.)"],
        };

        var lines = PlannedText.Of(new PlannedFile("f", [plan], 50_000_000), width, all: false).Split('\n');

        Assert.InRange(lines.Max(line => line.Length), width * 3 / 4, width);
    }

    [Fact]
    public void What_is_not_known_is_said()
    {
        var text = Text(Empty with { Copy = new PlannedCopy { Records = 1, BytesUnknown = "because", Unknown = 2 } });

        Assert.Contains(
            "Copy 1 record at most, before it has caught up\n    how many bytes and how long is not known: because\n    without 2 lanes "
                + "whose offsets", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.00 KB")]
    [InlineData(99_949_999, "99.9 MB")]
    [InlineData(999_600_000, "1.00 GB")]
    [InlineData(1.5e15, "1.50 PB")]
    public void Bytes_have_three_digits(double bytes, string expected) => Assert.Equal(expected, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0.2, "a second")]
    [InlineData(90, "90 s")]
    [InlineData(600, "10 min")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(200_000, "2 d 7 h")]
    public void Times_have_two_units_at_most(double seconds, string expected) => Assert.Equal(expected, Quantity.Time(seconds));

    [Fact]
    public void Words_longer_than_a_line_stay_whole()
    {
        var text = new WrappedText(20);

        text.Line(1, "one two three four five six abcdefghijklmnopqrstuvwxyzabcdef end");

        Assert.Equal("  one two three four\n      five six\n      abcdefghijklmnopqrstuvwxyzabcdef\n      end\n", text.ToString());
    }

    private static string Text(FlowPlan plan) => PlannedText.Of(new PlannedFile("f", [plan], 50_000_000), 96, all: false);
}
