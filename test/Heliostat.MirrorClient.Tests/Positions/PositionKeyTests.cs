using System.Text;
using Heliostat.MirrorClient.Positions;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.Positions;

public sealed class PositionKeyTests(ITestOutputHelper output)
{
    private const int Partitions = 25;

    private static readonly SourcePositionKey Source = new(SourcePositionKey.DefaultConnector, "A", new TopicPartition("orders", 3));
    private static readonly CheckpointPositionKey Group = new(CheckpointPositionKey.DefaultConnector, "billing",
        new TopicPartition("A.orders", 3));
    private static readonly HeartbeatPositionKey Flow = new(HeartbeatPositionKey.DefaultConnector, "A", "B");

    [Fact]
    public void Keys_are_the_bytes_that_MirrorMaker_2_writes_where_it_writes_them()
    {
        Assert.Equal("""["MirrorSourceConnector",{"cluster":"A","partition":3,"topic":"orders"}]""",
            Encoding.UTF8.GetString(Source.Write()));
        Assert.Equal("""["MirrorCheckpointConnector",{"partition":3,"topic":"A.orders","group":"billing"}]""",
            Encoding.UTF8.GetString(Group.Write()));
        Assert.Equal("""["MirrorHeartbeatConnector",{"sourceClusterAlias":"A","targetClusterAlias":"B"}]""",
            Encoding.UTF8.GetString(Flow.Write()));
        Assert.Equal(4, Murmur2.Partition(Source.Write(), Partitions));
        Assert.Equal(3, Murmur2.Partition(Group.Write(), Partitions));
        Assert.Equal(0, Murmur2.Partition(Flow.Write(), Partitions));
    }

    [Fact]
    public void A_key_of_one_kind_is_not_taken_for_another()
    {
        Assert.False(SourcePositionKey.TryRead(Group.Write(), out _));
        Assert.False(SourcePositionKey.TryRead(Flow.Write(), out _));
        Assert.False(CheckpointPositionKey.TryRead(Source.Write(), out _));
        Assert.False(HeartbeatPositionKey.TryRead(Source.Write(), out _));
    }

    [Theory]
    [InlineData("""["c", {"topic": "t", "cluster": "A", "partition": 1}]""")]
    [InlineData("""["c",{"cluster":"A","partition":1,"topic":"t","more":{"x":[1]}}]""")]
    [InlineData("""["\u0063",{"clust\u0065r":"A","partition":1,"topic":"t"}]""")]
    public void A_key_is_read_whatever_the_order_of_its_fields(string json)
    {
        Assert.True(SourcePositionKey.TryRead(Encoding.UTF8.GetBytes(json), out var key));
        Assert.Equal(new SourcePositionKey("c", "A", new TopicPartition("t", 1)), key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""["c"]""")]
    [InlineData("""["c",null]""")]
    [InlineData("""[1,{"cluster":"A","partition":1,"topic":"t"}]""")]
    [InlineData("""["c",{"cluster":"A","partition":"1","topic":"t"}]""")]
    [InlineData("""["c",{"cluster":"A","partition":-1,"topic":"t"}]""")]
    [InlineData("""["c",{"cluster":"A","partition":1.5,"topic":"t"}]""")]
    [InlineData("""["c",{"cluster":"A","partition":99999999999,"topic":"t"}]""")]
    [InlineData("""["c",{"cluster":null,"partition":1,"topic":"t"}]""")]
    [InlineData("""["c",{"cluster":"\ud800","partition":1,"topic":"t"}]""")]
    [InlineData("""["c",{"cluster":"A","partition":1,"topic":"t"}""")]
    [InlineData("""["c",{"cluster":"A","partition":1,"topic":"t"}] x""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void What_is_no_such_key_is_left_alone(string json) =>
        Assert.False(SourcePositionKey.TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Changed_bytes_are_a_key_or_none()
    {
        var random = Seed.New(output);

        Assert.All(Mutations.Of(Source.Write(), random, 5000), bytes => SourcePositionKey.TryRead(bytes, out _));
        Assert.All(Mutations.Of(Group.Write(), random, 5000), bytes => CheckpointPositionKey.TryRead(bytes, out _));
        Assert.All(Mutations.Of(Flow.Write(), random, 5000), bytes => HeartbeatPositionKey.TryRead(bytes, out _));
    }

    [Fact]
    public void Any_text_comes_back_as_it_was()
    {
        var random = Seed.New(output);

        Assert.All(Names.Odd.Concat(Enumerable.Range(0, 500).Select(_ => Names.Random(random))), text =>
        {
            var key = new CheckpointPositionKey(text, text, new TopicPartition(text, 0));
            Assert.True(CheckpointPositionKey.TryRead(key.Write(), out var read));
            Assert.Equal(key, read);
        });
    }

    [KafkaFact]
    public async Task Any_name_is_escaped_and_placed_as_Kafka_Connect_does()
    {
        var random = Seed.New(output);
        string[] names = [.. Names.Odd, .. Enumerable.Range(0, 2000).Select(_ => Names.Random(random))];
        var lines = names.SelectMany(name =>
        {
            var partition = random.Next();
            var hex = MirrorOracle.Hex(name);
            var source = new SourcePositionKey(Names.Random(random), name, new(name, partition));
            var group = new CheckpointPositionKey(Names.Random(random), name, new(name, partition));
            var flow = new HeartbeatPositionKey(Names.Random(random), name, name);
            return new[]
            {
                (MirrorOracle.Line("sourceKey", MirrorOracle.Hex(source.Connector), hex, hex, partition), Line(source.Write())),
                (MirrorOracle.Line("checkpointKey", MirrorOracle.Hex(group.Connector), hex, hex, partition), Line(group.Write())),
                (MirrorOracle.Line("heartbeatKey", MirrorOracle.Hex(flow.Connector), hex, hex), Line(flow.Write())),
            };
        });

        await MirrorOracle.AgreesAsync([.. lines]);
    }

    private static string Line(byte[] key) => MirrorOracle.Line(key, Murmur2.Partition(key, Partitions));
}
