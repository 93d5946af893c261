using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Protocol.Tests.Messages;

public sealed class RoundTripTests(ITestOutputHelper output)
{
    private const int Rounds = 20;

    [Fact]
    public void What_was_read_is_written_again_byte_for_byte()
    {
        var seed = Seed.Next(output);
        foreach (var (codec, version) in Codec.Everything())
        {
            var random = new Random(seed);
            var reused = codec.New();
            for (var round = 0; round < Rounds; round++)
            {
                var bytes = codec.Write(codec.Random(version, random), version);
                var read = codec.New();

                Assert.Equal(0, codec.Read(read, bytes, version));
                Assert.Equal(bytes, codec.Write(read, version));

                Assert.Equal(0, codec.Read(reused, bytes, version));
                Assert.Equal(bytes, codec.Write(reused, version));
            }
        }
    }

    [Fact]
    public void A_new_body_can_be_written_in_every_version()
    {
        foreach (var (codec, version) in Codec.Everything())
        {
            var bytes = codec.Write(codec.New(), version);

            Assert.Equal(0, codec.Read(codec.New(), bytes, version));
        }
    }
}
