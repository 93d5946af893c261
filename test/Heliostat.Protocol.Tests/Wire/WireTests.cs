using System.Globalization;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Wire;

public sealed class WireTests
{
    [Fact]
    public void Lengths_are_plain_before_the_first_flexible_version_and_compact_from_it()
    {
        var header = new RequestHeader { RequestApiKey = 18, RequestApiVersion = 3, CorrelationId = 7, ClientId = "me" };

        Assert.Equal("0012000300000007" + "00026d65", Hex(header, 1, flexible: false));
        Assert.Equal("0012000300000007" + "00026d65" + "00", Hex(header, 2, flexible: true));
        Assert.Equal("0002" + "6162" + "ffff", Hex(new Texts { Text = "ab" }, 0, flexible: false));
        Assert.Equal("03" + "6162" + "00" + "00", Hex(new Texts { Text = "ab" }, 0, flexible: true));
    }

    [Fact]
    public void Tags_that_the_layout_does_not_know_are_passed_over()
    {
        // A name, then tag 1 (2 bytes), tag 200 (1 byte).
        var read = Read<Texts>("03" + "6162" + "00" + "02" + "01" + "02" + "ffff" + "c801" + "01" + "aa", flexible: true, out var left);

        Assert.Equal("ab", read.Text);
        Assert.Equal(0, left);
    }

    [Theory]
    [InlineData("02" + "0101aa" + "0101bb")] // Tag 1 twice.
    [InlineData("02" + "0201aa" + "0101bb")] // Descending.
    [InlineData("01" + "0105aa")] // Beyond the frame.
    [InlineData("7f" + "0101aa")] // More than there are bytes.
    public void Tags_out_of_order_or_beyond_the_frame_are_malformed(string tags) =>
        Assert.Throws<MalformedFrameException>(() => Read<Texts>("03" + "6162" + "00" + tags, flexible: true, out _));

    [Fact]
    public void Arrays_have_a_million_elements_at_the_most()
    {
        static string Frame(int count) => count.ToString("x8", CultureInfo.InvariantCulture) + new string('0', 8 * count);

        Assert.Equal(1_000_000, Read<Numbers>(Frame(1_000_000), flexible: false, out _).Values.Count);
        Assert.Throws<MalformedFrameException>(() => Read<Numbers>(Frame(1_000_001), flexible: false, out _));
    }

    [Fact]
    public void Structs_have_ten_thousand_tagged_fields_at_the_most()
    {
        static string Frame(int count)
        {
            var tags = Enumerable.Range(1, count).Select(tag => tag < 128 ? $"{tag:x2}00" : $"{tag & 0x7f | 0x80:x2}{tag >> 7:x2}00");
            return "03" + "6162" + "00" + $"{count & 0x7f | 0x80:x2}{count >> 7:x2}" + string.Concat(tags);
        }

        Assert.Equal("ab", Read<Texts>(Frame(10_000), flexible: true, out _).Text);
        Assert.Throws<MalformedFrameException>(() => Read<Texts>(Frame(10_001), flexible: true, out _));
    }

    [Fact]
    public void A_tagged_field_that_does_not_fill_its_size_is_malformed()
    {
        // CurrentLeader takes nine bytes with its own tags; ten are announced.
        var leader = "00000001" + "00000002" + "00";
        Assert.Equal(2, Read<Leader>("01" + "00" + "09" + leader, flexible: true, out _).CurrentLeader!.LeaderEpoch);
        Assert.Throws<MalformedFrameException>(() => Read<Leader>("01" + "00" + "0a" + leader + "00", flexible: true, out _));
        Assert.Throws<MalformedFrameException>(() => Read<Leader>("01" + "00" + "08" + leader, flexible: true, out _));
    }

    [Fact]
    public void A_tagged_field_longer_than_127_bytes_gets_a_longer_size()
    {
        var body = new ApiVersionsResponse { SupportedFeatures = [new() { Name = new string('n', 300), MaxVersion = 2 }] };
        var read = Read<ApiVersionsResponse>(Hex(body, 4, flexible: true), flexible: true, out var left, version: 4);

        Assert.Equal(0, left);
        Assert.Equal(300, Assert.Single(read.SupportedFeatures).Name.Length);
    }

    [Fact]
    public void Nulls_are_told_from_what_is_empty()
    {
        var hex = Hex(new ConsumerProtocolSubscription { Topics = ["t"] }, 0, flexible: false);
        Assert.EndsWith("ffffffff", hex, StringComparison.Ordinal);
        Assert.Null(Read<ConsumerProtocolSubscription>(hex, flexible: false, out _).UserData);
        Assert.NotNull(Read<ConsumerProtocolSubscription>(hex[..^8] + "00000000", flexible: false, out _).UserData);
        Assert.Null(Read<Texts>("0002" + "6162" + "ffff", flexible: false, out _).Maybe);
        Assert.Equal("", Read<Texts>("0002" + "6162" + "0000", flexible: false, out _).Maybe);
    }

    [Fact]
    public void A_null_where_none_may_be_is_malformed_to_read_and_an_error_to_write()
    {
        Assert.Throws<MalformedFrameException>(() => Read<Texts>("ffff" + "ffff", flexible: false, out _));
        Assert.Throws<ArgumentNullException>(() => Hex(new Texts { Text = null! }, 0, flexible: false));
        Assert.Throws<ArgumentNullException>(() => Hex(new MetadataResponse { Brokers = null! }, 0, flexible: false));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_string_longer_than_Kafka_allows_is_not_written(bool flexible)
    {
        Hex(new Texts { Text = new string('x', short.MaxValue) }, 0, flexible);

        Assert.Throws<ArgumentException>("Text", () => Hex(new Texts { Text = new string('x', short.MaxValue + 1) }, 0, flexible));
    }

    [Fact]
    public void Bytes_that_are_not_text_are_malformed() =>
        Assert.Throws<MalformedFrameException>(() => Read<Texts>("0002" + "c328" + "ffff", flexible: false, out _));

    [Fact]
    public void Splices_stand_where_they_were_put()
    {
        var buffer = new WireBuffer();
        buffer.Take(2).Fill(1);
        buffer.Splice(new byte[] { 2, 2, 2 });
        buffer.Splice(Array.Empty<byte>());
        buffer.Splice(new byte[] { 3 });
        buffer.Take(1).Fill(4);

        Assert.Equal(7, buffer.TotalBytes);
        Assert.Equal(3, buffer.Length);
        Assert.Equal(5, buffer.SegmentCount);
        Assert.Equal([1, 1, 2, 2, 2, 3, 4], buffer.ToArray());
        buffer.Clear();
        Assert.Empty(buffer.ToArray());
    }

    [Fact]
    public void Rows_hand_out_their_elements_again()
    {
        var rows = new Rows<NodeEndpoint>();
        var first = rows.Next();
        rows.Add(new NodeEndpoint { NodeId = 2 });
        Assert.Equal([0, 2], rows.Select(row => row.NodeId));

        rows.Clear();

        Assert.Empty(rows);
        Assert.Same(first, rows.Next());
        Assert.Throws<ArgumentOutOfRangeException>(() => rows[1]);
    }

    private static string Hex<T>(T body, short version, bool flexible) where T : IBody, new()
    {
        var buffer = new WireBuffer();
        var writer = new WireWriter(buffer, version, flexible);
        writer.Body(ref body);
        return Convert.ToHexStringLower(buffer.ToArray());
    }

    private static T Read<T>(string hex, bool flexible, out int left, short version = 0) where T : IBody, new()
    {
        var body = new T();
        var reader = new WireReader(Convert.FromHexString(hex), version, flexible);
        reader.Body(ref body);
        left = reader.Remaining;
        return body;
    }

    private sealed class Texts : IBody
    {
        public string Text = "";
        public string? Maybe;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.String(ref Text);
            w.NullableString(ref Maybe);
        }
    }

    private sealed class Numbers : IBody
    {
        public List<int> Values = [];

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct => w.Int32Array(ref Values);
    }

    private sealed class Leader : IBody
    {
        public LeaderIdAndEpoch? CurrentLeader;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct => w.TaggedStruct(0, ref CurrentLeader);
    }
}
