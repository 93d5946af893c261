using System.Text;
using Heliostat.MirrorClient.Positions;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.Positions;

public sealed class SourcePositionTests(ITestOutputHelper output)
{
    private static readonly string[] Values =
    [
        """{"offset":0}""", """{"offset":123456}""", """{ "offset" : 49 , "target" : 99 }""", """{"target":99,"offset":49}""",
        """{"offset":9223372036854775807}""", """{"offset":49,"target":-1}""", """{"offset":49,"target":null}""",
        """{"offset":49,"x":"y"}""", """{"offset":49,"offset":50}""", """{"offset":null}""", """{"offset":-1}""", """{}""",
        """{"offset":1.5}""", """{"offset":"1"}""", """{"offset":true}""", "null", "[]", "1", "{", """{"offset":1""",
        """{"offset":{"offset":1}}""", """{"offset":49}x""", """{"off\u0073et":49}""",
    ];

    [Fact]
    public void A_position_is_the_bytes_that_MirrorMaker_2_writes_or_those_and_a_flat_target()
    {
        Assert.Equal("""{"offset":123456}""", Encoding.UTF8.GetString(new SourcePosition(123456, null).Write()));
        Assert.Equal("""{"offset":49,"target":99}""", Encoding.UTF8.GetString(new SourcePosition(49, 99).Write()));
    }

    [Fact]
    public void A_position_tells_the_log_it_belongs_to_in_flat_fields()
    {
        var position = new SourcePosition(49, 99)
        {
            LeaderEpoch = 3,
            SourceTopicId = new Guid("00010203-0405-0607-0809-0a0b0c0d0e0f"),
            TargetTopicId = new Guid("f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff"),
        };

        Assert.Equal(
            """{"offset":49,"target":99,"epoch":3,"source":"AAECAwQFBgcICQoLDA0ODw","sink":"8PHy8_T19vf4-fr7_P3-_w"}""",
            Encoding.UTF8.GetString(position.Write()));
        var lost = new SourcePosition(49, 99) { TargetEnd = 90, IsCommitted = true };
        Assert.Equal("""{"offset":49,"target":99,"end":90,"committed":true}""", Encoding.UTF8.GetString(lost.Write()));
        Assert.All([position, lost], written =>
        {
            Assert.True(SourcePosition.TryRead(written.Write(), out var read));
            Assert.Equal(written, read);
        });
    }

    [Fact]
    public void A_partition_that_begins_at_0_has_a_position_to_us_and_none_to_MirrorMaker_2()
    {
        Assert.Equal("""{"offset":-1,"target":-1}""", Encoding.UTF8.GetString(new SourcePosition(-1, null).Write()));
        Assert.True(SourcePosition.TryRead("""{"offset":-1,"target":-1}"""u8, out var begins));
        Assert.Equal(new SourcePosition(-1, null), begins);
        Assert.False(SourcePosition.TryRead("""{"offset":-1}"""u8, out _));
        Assert.False(SourcePosition.TryRead("""{"offset":-2,"target":-1}"""u8, out _));
    }

    [Theory]
    [InlineData("""{"offset":49,"target":99}""", 49L, 99L)]
    [InlineData("""{"target":99, "offset":49}""", 49L, 99L)]
    [InlineData("""{"offset":49,"target":-5}""", 49L, null)]
    [InlineData("""{"offset":49,"target":{"offset":7}}""", 49L, null)]
    [InlineData("""{"offset":49,"target":"99"}""", 49L, null)]
    [InlineData("""{"offset":49,"epoch":[1,{"offset":3}]}""", 49L, null)]
    [InlineData("""{"offset":49,"x":"\ud800"}""", 49L, null)]
    [InlineData("""{"offset":49,"epoch":-1,"source":"short","sink":7}""", 49L, null)]
    [InlineData("""{"offset":49,"epoch":4294967296,"source":"AAECAwQFBgcICQoLDA0OD!"}""", 49L, null)]
    [InlineData("""{"offset":49,"source":"\ud800"}""", 49L, null)]
    [InlineData("""{"offset":49,"end":-1,"committed":"true"}""", 49L, null)]
    public void A_position_is_read_leniently(string json, long offset, long? target)
    {
        Assert.True(SourcePosition.TryRead(Encoding.UTF8.GetBytes(json), out var position));
        Assert.Equal(new SourcePosition(offset, target), position);
    }

    [Fact]
    public void Changed_bytes_are_a_position_or_none()
    {
        var random = Seed.New(output);

        Assert.All(Values.SelectMany(v => Mutations.Of(Encoding.UTF8.GetBytes(v), random, 500)),
            bytes => SourcePosition.TryRead(bytes, out _));
    }

    [KafkaFact]
    public async Task A_value_means_what_it_means_to_MirrorMaker_2()
    {
        var random = Seed.New(output);
        var written = Enumerable.Range(0, 100).Select(_ => random.NextInt64()).Append(0).Append(long.MaxValue)
            .Select(n => (MirrorOracle.Line("position", n), Convert.ToHexString(new SourcePosition(n, null).Write())));
        var read = Values.Select(Encoding.UTF8.GetBytes)
            .Select(v => (MirrorOracle.Line("readPosition", v),
                SourcePosition.TryRead(v, out var p) ? MirrorOracle.Line(p.Offset) : "error"));

        await MirrorOracle.AgreesAsync([.. written, .. read]);
    }
}
