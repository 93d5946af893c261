using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Transport.Security;

namespace Heliostat.Mirroring.Tests.Rules;

/// <summary>What is encrypted, by a vector that another program made, and the way back.</summary>
public sealed class EncryptionTests
{
    private static readonly Secret Key = new(Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));

    private static readonly RecordRules Sealing = RuleBench.Rules(new TransformAction.Encrypt(PayloadPart.Value, "k1", Key));

    [Fact]
    public void Bytes_are_those_that_docs_encryption_tells_of()
    {
        var (value, headers) = Through(Sealing, "a secret"u8.ToArray());

        Assert.Equal("f848208ef10aeb0cf0784106cb8b6df5708d2c39c2ce91d6", Convert.ToHexStringLower(value!));
        Assert.Equal("heliostat.enc.value:01356bb3e0407c15aef7208dbefc95210fcec69027f19108d66b31", headers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a longer text, to see that nothing depends on its length")]
    public void The_way_back_gives_what_was_there(string text)
    {
        var (sealedValue, headers) = Through(Sealing, Encoding.UTF8.GetBytes(text), 7, ("a", "b"u8.ToArray()));
        var header = Convert.FromHexString(headers.Split(' ')[1].Split(':')[1]);

        var (opened, left) = Through(Opening("k0", "k1"), sealedValue, 1000, ("a", "b"u8.ToArray()), ("heliostat.enc.value", header));

        Assert.Equal((text, "a:62"), (Encoding.UTF8.GetString(opened!), left));
    }

    [Fact]
    public void A_record_is_the_same_again_at_its_offset_and_another_one_elsewhere()
    {
        Assert.Equal(Through(Sealing, "v"u8.ToArray(), 5).Value, Through(Sealing, "v"u8.ToArray(), 5).Value);
        Assert.NotEqual(Through(Sealing, "v"u8.ToArray(), 5).Value, Through(Sealing, "v"u8.ToArray(), 6).Value);
        foreach (var (topic, partition) in ((string, int)[])[("A.orders", 4), ("A.order", 3)])
        {
            var step = new Transform("t", new TransformAction.Encrypt(PayloadPart.Value, "k1", Key));
            var other = RecordRules.Of(new TransformChain([step], ""), topic, partition)!;
            Assert.NotEqual(Through(Sealing, "v"u8.ToArray(), 5).Value, Through(other, "v"u8.ToArray(), 5).Value);
        }
    }

    [Fact]
    public void What_cannot_be_taken_fails()
    {
        Assert.Equal("kept", RuleBench.Through(Sealing, "k", null));
        Assert.StartsWith("t: the record has a header heliostat.enc.value already",
            RuleBench.Through(Sealing, "k", "v", headers: ("heliostat.enc.value", "")), StringComparison.Ordinal);
        Assert.Equal("t: the value is not encrypted", RuleBench.Through(Opening("k1"), "k", "v"));
        Assert.Equal("kept", RuleBench.Through(RuleBench.Rules(new TransformAction.Decrypt(PayloadPart.Value,
            new Dictionary<string, Secret> { ["k1"] = Key }, FailsPlain: false)), "k", "v"));
        Assert.Equal("t: the value is encrypted with a key that key.ids does not name",
            RuleBench.Through(Opening("k1"), "k", "v", headers: ("heliostat.enc.value", "x")));
        var (value, headers) = Through(Sealing, "a secret"u8.ToArray());
        value![3] ^= 1;
        Assert.Equal(
            "t: the value is not what was encrypted with key 'k1', or that was another key",
            Why(Opening("k1"), value, ("heliostat.enc.value", Convert.FromHexString(headers.Split(':')[1]))));
    }

    private static RecordRules Opening(params string[] ids) =>
        RuleBench.Rules(new TransformAction.Decrypt(PayloadPart.Value,
            ids.ToDictionary(id => id, id => id == "k1" ? Key : new Secret(Convert.ToBase64String(new byte[32]))), FailsPlain: true));

    private static (byte[]? Value, string Headers) Through(RecordRules rules, byte[]? value, long offset = 0,
        params (string Key, byte[] Value)[] headers)
    {
        using var scratch = new RuleScratch();
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(Batch(value, headers), buffer);
        Assert.True(reader.MoveNext());
        var record = RecordView.Of(reader);
        record.Offset = offset;
        Assert.Equal(RuleOutcome.Changed, rules.Apply(ref record, scratch));
        List<string> there = [];
        foreach (var header in record.Headers)
        {
            there.Add($"{header.KeyString()}:{Convert.ToHexStringLower(header.Value.Span)}");
        }

        return (record.Value.IsNull ? null : record.Value.Span.ToArray(), string.Join(' ', there));
    }

    private static string Why(RecordRules rules, byte[] value, params (string Key, byte[] Value)[] headers)
    {
        using var scratch = new RuleScratch();
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(Batch(value, headers), buffer);
        Assert.True(reader.MoveNext());
        var record = RecordView.Of(reader);
        Assert.Equal(RuleOutcome.Failed, rules.Apply(ref record, scratch));
        return scratch.Why;
    }

    private static byte[] Batch(byte[]? value, (string Key, byte[] Value)[] headers)
    {
        using var builder = new RecordBatchBuilder();
        using var all = new RecordHeadersBuilder();
        foreach (var header in headers)
        {
            all.Add(header.Key, header.Value);
        }

        builder.Append(1000, "k"u8, value, all.Headers);
        return builder.Build().ToArray();
    }
}
