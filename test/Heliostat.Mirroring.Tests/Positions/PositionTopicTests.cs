using System.Text;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Positions;

public sealed class PositionTopicTests
{
    private const string Key = """["MirrorSourceConnector",{"cluster":"A","partition":3,"topic":"orders"}]""";
    private static readonly TopicPartition Lane = new("orders", 3);

    [Fact]
    public void A_position_is_written_where_and_as_MirrorMaker_2_looks_for_it()
    {
        var topic = new PositionTopic("MirrorSourceConnector", "A");

        var record = Assert.Single(topic.Records([new(Lane, new LanePosition(123457, 5, 99))], 25));

        Assert.Equal((4, Key, """{"offset":123456,"target":99,"epoch":5}"""),
            (record.Partition, Encoding.UTF8.GetString(record.Record.Key), Encoding.UTF8.GetString(record.Record.Value!)));
    }

    [Fact]
    public void What_the_target_lost_is_known_to_the_next_start()
    {
        var topic = new PositionTopic("MirrorSourceConnector", "A");
        var position = new LanePosition(123457, 5, 99) { TargetEnd = 90, IsCommitted = true };
        var record = Assert.Single(topic.Records([new(Lane, position)], 25)).Record;

        topic.Take(record.Key, record.Value!, isTombstone: false);

        Assert.Equal(position, topic.Find(Lane));
    }

    [Theory]
    [InlineData(Key, """{"offset":5}""", true)]
    [InlineData("""["MirrorSourceConnector",{"cluster":"C","partition":3,"topic":"orders"}]""", """{"offset":5}""", false)]
    [InlineData("""["mine",{"cluster":"A","partition":3,"topic":"orders"}]""", """{"offset":5}""", false)]
    [InlineData("""["MirrorSourceConnector",{"topic":"orders","partition":3,"cluster":"A"}]""", """{"offset":5}""", false)]
    [InlineData("""["MirrorCheckpointConnector",{"partition":3,"topic":"A.orders","group":"billing"}]""", """{"offset":0}""", false)]
    [InlineData("nonsense", "nonsense", false)]
    public void Only_what_MirrorMaker_2_would_find_counts(string key, string value, bool counts)
    {
        var topic = new PositionTopic("MirrorSourceConnector", "A");

        topic.Take(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), isTombstone: false);

        Assert.Equal(counts, topic.Stored.ContainsKey(Lane));
    }

    [Fact]
    public void A_tombstone_forgets_the_position()
    {
        var topic = new PositionTopic("MirrorSourceConnector", "A");
        topic.Take(Encoding.UTF8.GetBytes(Key), """{"offset":5}"""u8, isTombstone: false);

        topic.Take(Encoding.UTF8.GetBytes(Key), default, isTombstone: true);

        Assert.Empty(topic.Stored);
    }
}
