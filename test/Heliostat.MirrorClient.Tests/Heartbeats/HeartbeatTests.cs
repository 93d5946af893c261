using Heliostat.MirrorClient.Heartbeats;
using Heliostat.Protocol;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.Heartbeats;

public sealed class HeartbeatTests(ITestOutputHelper output)
{
    private static readonly Heartbeat Example = new("A", "B", DateTimeOffset.FromUnixTimeMilliseconds(1700000000000));

    [Fact]
    public void A_heartbeat_is_the_bytes_that_MirrorMaker_2_writes()
    {
        Assert.Equal("000141000142", Convert.ToHexString(Example.WriteKey()));
        Assert.Equal("00000000018BCFE56800", Convert.ToHexString(Example.WriteValue()));
        Assert.Equal(Example, Heartbeat.Read(Example.WriteKey(), Example.WriteValue()));
    }

    [Fact]
    public void A_cut_off_record_or_an_impossible_time_is_malformed()
    {
        Assert.All(Enumerable.Range(0, 6),
            n => Assert.Throws<MalformedFrameException>(() => Heartbeat.Read(Example.WriteKey().AsSpan(0, n), Example.WriteValue())));
        Assert.All(Enumerable.Range(0, 10),
            n => Assert.Throws<MalformedFrameException>(() => Heartbeat.Read(Example.WriteKey(), Example.WriteValue().AsSpan(0, n))));
        Assert.Throws<MalformedFrameException>(() => Heartbeat.Read(Example.WriteKey(), [0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Throws<MalformedFrameException>(() => Heartbeat.Read(Example.WriteKey(), [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    [KafkaFact]
    public async Task Any_heartbeat_is_written_as_MirrorMaker_2_does()
    {
        var random = Seed.New(output);
        var all = Enumerable.Range(0, 200).Select(_ => new Heartbeat(Names.Random(random), Names.Random(random),
            DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(1L << 45))));
        var lines = all.Select(h => (MirrorOracle.Line("heartbeat", MirrorOracle.Hex(h.SourceClusterAlias),
            MirrorOracle.Hex(h.TargetClusterAlias), h.Timestamp.ToUnixTimeMilliseconds()),
            MirrorOracle.Line(h.WriteKey(), h.WriteValue())));

        await MirrorOracle.AgreesAsync([.. lines]);
    }
}
