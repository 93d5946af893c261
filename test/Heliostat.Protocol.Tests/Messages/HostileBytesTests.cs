using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Protocol.Tests.Messages;

/// <summary>Any bytes give a message or a <see cref="MalformedFrameException"/>, at a cost in proportion to the bytes.</summary>
public sealed class HostileBytesTests(ITestOutputHelper output)
{
    private const int Mutations = 200_000;

    /// <summary>What a read may allocate: an exception and a first few objects, then so much per byte of the frame.</summary>
    private const int AllocatedAtMost = 8_192;
    private const int AllocatedPerByte = 96;

    [Fact]
    public void A_frame_cut_off_anywhere_is_malformed()
    {
        var random = Seed.New(output);
        foreach (var (codec, version) in Codec.Everything())
        {
            var bytes = codec.Write(codec.Random(version, random), version);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.False(Reads(codec, bytes[..length], version),
                    $"{codec.Message.Name} {version} read {length} of {bytes.Length} bytes");
            }
        }
    }

    [Fact]
    public void Mutated_frames_are_read_or_malformed_and_cost_no_more_than_their_size()
    {
        var random = Seed.New(output);
        (Codec Codec, short Version)[] everything = [.. Codec.Everything()];
        var malformed = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var (codec, version) = everything[i % everything.Length];
            var bytes = codec.Write(codec.Random(version, random), version);
            Mutate(ref bytes, random);
            malformed += Reads(codec, bytes, version) ? 0 : 1;
        }

        output.WriteLine($"{malformed} of {Mutations} malformed");
        Assert.InRange(malformed, Mutations / 20, Mutations);
    }

    [Theory]
    [InlineData("MetadataResponse", 8, "00000000" + "7fffffff")]
    [InlineData("MetadataResponse", 12, "00000000" + "ffffffff0f")]
    [InlineData("FetchResponse", 11, "00000000" + "0000" + "00000000" + "7fffffff")]
    [InlineData("FetchResponse", 17, "00000000" + "0000" + "00000000" + "feffffff07")]
    [InlineData("FetchResponse", 17, "00000000" + "0000" + "00000000" + "01" + "ffffffff0f")]
    [InlineData("OffsetFetchRequest", 6, "0267" + "ffffffff07")]
    [InlineData("SaslAuthenticateRequest", 0, "7fffffff")]
    [InlineData("ListGroupsRequest", 4, "ffffffff07")]
    public void A_length_beyond_the_frame_costs_nothing(string message, short version, string hex) =>
        Assert.False(Reads(Codec.Of(message), Convert.FromHexString(hex), version));

    private static bool Reads(Codec codec, byte[] bytes, short version)
    {
        var limit = AllocatedAtMost + ((long)AllocatedPerByte * bytes.Length);
        var (read, allocated) = Measure(codec, bytes, version);
        if (allocated > limit)
        {
            // The runtime allocates too when code runs for the first time.
            (read, allocated) = Measure(codec, bytes, version);
        }

        Assert.True(allocated <= limit,
            $"{codec.Message.Name} {version} took {allocated} for {bytes.Length} bytes: {Convert.ToHexString(bytes)}");
        return read;
    }

    private static (bool Read, long Allocated) Measure(Codec codec, byte[] bytes, short version)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = true;
        try
        {
            codec.Read(codec.New(), bytes, version);
        }
        catch (MalformedFrameException)
        {
            read = false;
        }

        return (read, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Mutate(ref byte[] bytes, Random random)
    {
        for (var count = random.Next(1, 5); count > 0 && bytes.Length > 0; count--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = 0xff;
                    break;
                case 3:
                    bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill((byte)random.Next(256));
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. bytes[(at + 1)..]];
                    break;
                default:
                    bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
                    break;
            }
        }
    }
}
