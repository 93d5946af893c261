using Heliostat.MirrorClient.Checkpoints;
using Heliostat.Protocol;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.Checkpoints;

public sealed class CheckpointTests(ITestOutputHelper output)
{
    private static readonly Checkpoint Example = new("billing", new TopicPartition("A.orders", 3), 123460, 120002, "");

    [Fact]
    public void A_checkpoint_is_the_bytes_that_MirrorMaker_2_writes()
    {
        Assert.Equal("000762696C6C696E670008412E6F726465727300000003", Convert.ToHexString(Example.WriteKey()));
        Assert.Equal("0000000000000001E244000000000001D4C20000", Convert.ToHexString(Example.WriteValue()));
        Assert.Equal(Example, Checkpoint.Read(Example.WriteKey(), Example.WriteValue()));
    }

    [Fact]
    public void A_cut_off_record_is_malformed()
    {
        Assert.All(Enumerable.Range(0, 23),
            n => Assert.Throws<MalformedFrameException>(() => Checkpoint.Read(Example.WriteKey().AsSpan(0, n), Example.WriteValue())));
        Assert.All(Enumerable.Range(0, 20),
            n => Assert.Throws<MalformedFrameException>(() => Checkpoint.Read(Example.WriteKey(), Example.WriteValue().AsSpan(0, n))));
    }

    [Fact]
    public void A_version_to_come_is_refused_and_not_guessed()
    {
        var value = Example.WriteValue();
        value[1] = 1;

        Assert.Throws<MalformedFrameException>(() => Checkpoint.Read(Example.WriteKey(), value));
    }

    [KafkaFact]
    public async Task Any_checkpoint_is_written_and_read_as_MirrorMaker_2_does()
    {
        var random = Seed.New(output);
        Checkpoint[] all = [.. Names.Odd.Concat(Enumerable.Range(0, 200).Select(_ => Names.Random(random)))
            .Select(group => new Checkpoint(group, new(Names.Random(random), random.Next()), random.NextInt64(), random.NextInt64(),
                Names.Random(random)))];
        var written = all.Select(c => (MirrorOracle.Line("checkpoint", MirrorOracle.Hex(c.Group), MirrorOracle.Hex(c.TopicPartition.Topic),
            c.TopicPartition.Partition, c.UpstreamOffset, c.DownstreamOffset,
            MirrorOracle.Hex(c.Metadata)), Line(c)));
        var read = all.Take(30).SelectMany(c => Enumerable.Range(0, 20)
            .Select(n => (key: c.WriteKey(), value: c.WriteValue().Concat(new byte[n - 10 < 0 ? 0 : n - 10]).Take(n + 10).ToArray())))
            .Select(r => (MirrorOracle.Line("readCheckpoint", r.key, r.value),
                Mutations.Reading(() => Line(Checkpoint.Read(r.key, r.value)))));

        await MirrorOracle.AgreesAsync([.. written, .. read]);
    }

    [Fact]
    public void Changed_bytes_give_a_checkpoint_or_are_malformed()
    {
        var random = Seed.New(output);

        Assert.All(Mutations.Of(Example.WriteKey(), random, 2000),
            key => Mutations.Reading(() => Line(Checkpoint.Read(key, Example.WriteValue()))));
        Assert.All(Mutations.Of(Example.WriteValue(), random, 2000),
            value => Mutations.Reading(() => Line(Checkpoint.Read(Example.WriteKey(), value))));
    }

    private static string Line(Checkpoint checkpoint) => MirrorOracle.Line(checkpoint.WriteKey(), checkpoint.WriteValue());
}
