using Heliostat.Client.Groups;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Tests.Positions;

public sealed class CommitNoteTests
{
    private static readonly Guid Id = new("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void A_commit_says_what_its_position_belongs_to()
    {
        var position = new LanePosition(8, 3, 5) { Topics = new TopicIds(Guid.Empty, Id) };
        var mark = new PositionMark("c-1_x", "source.orders");

        var commit = CommitNote.Commit(position, mark);

        Assert.Equal("""heliostat {"offset":7,"target":5,"sink":"ABEiM0RVZneImaq7zN3u_w","cluster":"c-1_x","topic":"source.orders"}""",
            commit.Metadata);
        Assert.Equal(position, CommitNote.Read(commit));
        Assert.Equal(mark, CommitNote.MarkOf(commit));
        Assert.True(PositionMark.IsMirrors(commit.Metadata));
    }

    [Fact]
    public void A_commit_says_whether_partitions_are_kept()
    {
        var mark = new PositionMark("c", "orders") { KeepsPartitions = true };

        var commit = CommitNote.Commit(new LanePosition(8, 3), mark);

        Assert.Equal("""heliostat {"offset":7,"cluster":"c","topic":"orders","kept":true}""", commit.Metadata);
        Assert.Equal(mark, CommitNote.MarkOf(commit));
    }

    [Fact]
    public void What_is_not_known_is_left_out()
    {
        var mark = new PositionMark("", "orders");

        var commit = CommitNote.Commit(new LanePosition(8, 3), mark);

        Assert.Equal("""heliostat {"offset":7,"topic":"orders"}""", commit.Metadata);
        Assert.Equal(mark, CommitNote.MarkOf(commit));
        Assert.Null(CommitNote.MarkOf(CommitNote.Commit(new LanePosition(8, 3), null)));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("somebody's note", false)]
    [InlineData("heliostat ", true)]
    [InlineData("heliostat {", true)]
    [InlineData("heliostat []", true)]
    [InlineData("""heliostat {"offset":7}""", true)]
    [InlineData("""heliostat {"offset":7,"topic":7}""", true)]
    [InlineData("""heliostat {"offset":7,"topic":"t"} more""", true)]
    [InlineData("""heliostat {"offset":6,"topic":"t"}""", true)]
    public void Other_metadata_say_nothing(string metadata, bool isMirrors)
    {
        Assert.Null(CommitNote.MarkOf(new OffsetAndMetadata(8, 3, metadata)));
        Assert.Equal(isMirrors, PositionMark.IsMirrors(metadata));
    }

    [Theory]
    [InlineData("c", "t", null)]
    [InlineData("", "t", null)]
    [InlineData("d", "t", "of a mirror to another cluster (d)")]
    [InlineData("c", "u", "of a mirror to topic 'u'")]
    public void A_position_is_of_one_topic_of_one_cluster(string cluster, string topic, string? why)
    {
        var now = new PositionMark("c", "t");
        var mark = new PositionMark(cluster, topic);

        Assert.Equal(why is null, mark.IsOf(now));
        if (why is not null)
        {
            Assert.Equal(why, mark.WhyNot(now));
        }
    }
}
