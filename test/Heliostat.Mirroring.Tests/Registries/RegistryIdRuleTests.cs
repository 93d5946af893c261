using System.Globalization;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Tests.Rules;

namespace Heliostat.Mirroring.Tests.Registries;

/// <summary>Ids of schemas in records: bytes are written as letters, so that 0 is <c>\0</c>.</summary>
public sealed class RegistryIdRuleTests
{
    private readonly SchemaIdTable _ids = new();

    public RegistryIdRuleTests()
    {
        _ids.Learn(1, 41);
        _ids.Learn(2, 2);
        _ids.LearnUnknown(9);
    }

    [Theory]
    [InlineData("\0\0\0\0\u0001avro", "k=\0\0\0\0)avro [] @1000")]
    [InlineData("\0\0\0\0\u0001\u0004\u0002\u0004proto", "k=\0\0\0\0)\u0004\u0002\u0004proto [] @1000")]
    [InlineData("\0\0\0\0\u0001", "k=\0\0\0\0) [] @1000")]
    [InlineData("\0\0\0\0\u0002same", "kept")]
    [InlineData("\0\0\0\0", "kept")]
    [InlineData("\u0001\0\0\0\u0001", "kept")]
    [InlineData("", "kept")]
    [InlineData(null, "kept")]
    [InlineData("\0\0\0\0\u0009", "heliostat.schemas: the value has schema id 9, which the source's registry does not know")]
    public void A_value_gets_the_id_of_the_target_and_all_else_stays(string? value, string becomes) =>
        Assert.Equal(becomes, RuleBench.Through(Rules(), "k", value));

    [Fact]
    public void An_unknown_id_passes_where_that_is_asked_for() =>
        Assert.Equal("kept", RuleBench.Through(Rules(fails: false), "k", "\0\0\0\0\u0009"));

    [Fact]
    public void Of_headers_the_last_counts_and_the_payload_behind_one_is_left_alone()
    {
        Assert.Equal(
            "k=\0\0\0\0\u0001 [__value_schema_id:\0\0\0\0\u0001 x:y __value_schema_id:\0\0\0\0)\u0002] @1000",
            RuleBench.Through(Rules(), "k", "\0\0\0\0\u0001",
                headers: [("__value_schema_id", "\0\0\0\0\u0001"), ("x", "y"), ("__value_schema_id", "\0\0\0\0\u0001\u0002")]));
        Assert.Equal("kept", RuleBench.Through(Rules(), "k", "\0\0\0\0\u0001", headers: ("__value_schema_id", "\u0001sixteenbytesguid")));
        Assert.Equal("k=\0\0\0\0) [__key_schema_id:\0\0\0\0\u0001] @1000",
            RuleBench.Through(Rules(), "k", "\0\0\0\0\u0001", headers: ("__key_schema_id", "\0\0\0\0\u0001")));
    }

    [Fact]
    public void What_is_encrypted_stays_and_an_id_in_a_header_beside_it_is_one()
    {
        var sealedBy = ("heliostat.enc.value", "\u0001");

        Assert.Equal("kept", RuleBench.Through(Rules(), "k", "\0\0\0\0\u0001x", headers: sealedBy));
        Assert.Equal("kept", RuleBench.Through(Rules(), "k", "\0\0\0\0\u0007x", headers: sealedBy));
        Assert.Equal("k=\0\0\0\0)x [heliostat.enc.key:\u0001] @1000",
            RuleBench.Through(Rules(), "k", "\0\0\0\0\u0001x", headers: ("heliostat.enc.key", "\u0001")));
        Assert.Equal("k=\0\0\0\0\u0007x [heliostat.enc.value:\u0001 __value_schema_id:\0\0\0\0)] @1000",
            RuleBench.Through(Rules(), "k", "\0\0\0\0\u0007x", headers: [sealedBy, ("__value_schema_id", "\0\0\0\0\u0001")]));
    }

    [Fact]
    public void What_is_no_number_of_a_registry_is_asked_for_of_nobody()
    {
        Assert.Equal("heliostat.schemas: the value has schema id 0, which the source's registry does not know",
            RuleBench.Through(Rules(), "k", "\0\0\0\0\0"));
        Assert.Equal(SchemaIdStanding.Unknown, _ids.Find(-5, out _));
        Assert.Empty(_ids.Asked);
    }

    [Fact]
    public void Keys_are_looked_at_where_that_is_asked_for() =>
        Assert.Equal("\0\0\0\0)k=\0\0\0\0\u0001 [] @1000", RuleBench.Through(Rules(PayloadPart.Key), "\0\0\0\0\u0001k", "\0\0\0\0\u0001"));

    [Fact]
    public void An_id_that_is_not_known_yet_is_asked_for()
    {
        Assert.Equal("not yet: heliostat.schemas: the value has schema id 7, which the registries are being asked for",
            RuleBench.Through(Rules(), "k", "\0\0\0\0\u0007"));
        Assert.Equal("7", string.Join(' ', _ids.Asked.Select(id => id.ToString(CultureInfo.InvariantCulture))));
    }

    private RecordRules Rules(PayloadPart part = PayloadPart.Value, bool fails = true) =>
        RecordRules.Of(new TransformChain([new Transform("heliostat.schemas", new TransformAction.RegistryIds(part, fails, null))], ""),
            "A.orders", 3, ids: _ids)!;
}
