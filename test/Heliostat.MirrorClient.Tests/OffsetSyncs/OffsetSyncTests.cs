using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Protocol;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.OffsetSyncs;

public sealed class OffsetSyncTests(ITestOutputHelper output)
{
    [Fact]
    public void An_offset_sync_is_the_bytes_that_MirrorMaker_2_writes()
    {
        var sync = new OffsetSync(new TopicPartition("orders", 3), 123456, 120001);

        Assert.Equal("00066F726465727300000003", Convert.ToHexString(sync.WriteKey()));
        Assert.Equal("000000000001E240000000000001D4C1", Convert.ToHexString(sync.WriteValue()));
        Assert.Equal(sync, OffsetSync.Read(sync.WriteKey(), sync.WriteValue()));
    }

    [Fact]
    public void A_topic_too_long_for_the_field_is_our_mistake() =>
        Assert.ThrowsAny<ArgumentException>(() => new OffsetSync(new TopicPartition(new string('x', 40_000), 0), 0, 0).WriteKey());

    [Fact]
    public void A_cut_off_record_is_malformed()
    {
        var sync = new OffsetSync(new TopicPartition("orders", 3), 123456, 120001);

        Assert.All(Enumerable.Range(0, 12),
            n => Assert.Throws<MalformedFrameException>(() => OffsetSync.Read(sync.WriteKey().AsSpan(0, n), sync.WriteValue())));
        Assert.All(Enumerable.Range(0, 16),
            n => Assert.Throws<MalformedFrameException>(() => OffsetSync.Read(sync.WriteKey(), sync.WriteValue().AsSpan(0, n))));
    }

    [KafkaFact]
    public async Task Any_offset_sync_is_written_and_read_as_MirrorMaker_2_does()
    {
        var random = Seed.New(output);
        OffsetSync[] syncs = [.. Names.Odd.Concat(Enumerable.Range(0, 200).Select(_ => Names.Random(random)))
            .Select(t => new OffsetSync(new(t, random.Next()), random.NextInt64(), random.NextInt64()))];
        var written = syncs.Select(s => (MirrorOracle.Line("sync", MirrorOracle.Hex(s.TopicPartition.Topic), s.TopicPartition.Partition,
            s.UpstreamOffset, s.DownstreamOffset), Line(s)));
        var read = syncs
            .Take(30).SelectMany(s => Mutations.Of(s.WriteKey(), random, 50).Where(AsciiOnly).Select(key => (key, value: s.WriteValue()))
                    .Concat(Mutations.Of(s.WriteValue(), random, 20).Select(value => (key: s.WriteKey(), value))))
            .Select(r => (MirrorOracle.Line("readSync", r.key, r.value), Mutations.Reading(() => Line(OffsetSync.Read(r.key, r.value)))));

        await MirrorOracle.AgreesAsync([.. written, .. read]);
    }

    // Java replaces what is not UTF-8; we refuse it. Brokers accept neither for a topic.
    private static bool AsciiOnly(byte[] key) =>
        key.AsSpan(Math.Min(2, key.Length), Math.Max(0, key.Length - 6)).IndexOfAnyExceptInRange((byte)0, (byte)127) < 0;

    private static string Line(OffsetSync sync) => MirrorOracle.Line(sync.WriteKey(), sync.WriteValue());
}
