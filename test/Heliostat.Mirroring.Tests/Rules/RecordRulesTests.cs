using Heliostat.Configuration.Options;
using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Rules;
using Heliostat.Transport.Security;

namespace Heliostat.Mirroring.Tests.Rules;

public sealed class RecordRulesTests
{
    private static readonly (string, string?)[] Doubled = [("h1", "v1"), ("h1", "v2"), ("h2", null)];

    [Fact]
    public void Dropped_headers_go_with_their_doubles_and_the_others_stay()
    {
        var rules = RuleBench.Rules(new TransformAction.DropHeaders(["h1"]));

        Assert.Equal("k=v [h2:null] @1000", RuleBench.Through(rules, "k", "v", headers: Doubled));
        Assert.Equal("kept", RuleBench.Through(rules, "k", "v", headers: ("H1", "v")));
    }

    [Theory]
    [InlineData("abc", "x:abc")]
    [InlineData("1", "x:1")]
    [InlineData("", "x:")]
    [InlineData(null, "x:null")]
    public void An_inserted_header_is_the_text_of_its_literal(string? literal, string header) =>
        Assert.Equal($"null=null [h1:v1 h1:v2 h2:null {header}] @1000",
            RuleBench.Through(RuleBench.Rules(new TransformAction.InsertHeader("x", literal)), null, null, headers: Doubled));

    [Fact]
    public void A_set_header_takes_the_place_of_those_of_its_name_and_a_renamed_one_keeps_its_own()
    {
        Assert.Equal("k=v [h2:null h1:new] @1000",
            RuleBench.Through(RuleBench.Rules(new TransformAction.SetHeader("h1", "new")), "k", "v", headers: Doubled));
        Assert.Equal("k=v [n:v1 n:v2 h2:null] @1000",
            RuleBench.Through(RuleBench.Rules(new TransformAction.RenameHeader("h1", "n")), "k", "v", headers: Doubled));
    }

    [Fact]
    public void Steps_follow_each_other_and_each_sees_what_the_one_before_left()
    {
        var rules = RuleBench.Rules(
            new Transform("a", new TransformAction.InsertHeader("a", "1")),
            new Transform("b", new TransformAction.MaskField(PayloadPart.Value, ["x"], null)),
            new Transform("c", new TransformAction.RenameHeader("a", "b")) { When = new RecordCondition.HasHeader("a") },
            new Transform("d", new TransformAction.InsertHeader("c", "2")),
            new Transform("e", new TransformAction.Drop()) { When = new RecordCondition.HasHeader("a") });

        Assert.Equal("k={\"x\":0,\"y\":[1]} [b:1 c:2] @1000", RuleBench.Through(rules, "k", "{ \"x\": 7, \"y\": [1] }"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_that_changes_nothing_between_two_that_do_harms_nothing(int idle)
    {
        var nothing = Enumerable.Range(0, idle)
            .Select(i => new Transform($"n{i}", new TransformAction.MaskField(PayloadPart.Value, ["absent"], null)));
        var rules = RuleBench.Rules(
        [
            new Transform("a", new TransformAction.InsertField(PayloadPart.Value, null, null, null, "s", "x")), .. nothing,
            new Transform("c", new TransformAction.MaskField(PayloadPart.Value, ["card"], "a much longer text")),
        ]);

        Assert.Equal(
            """k={"card":"a much longer text","b":1,"s":"x"} [] @1000""", RuleBench.Through(rules, "k", """{"card":"4","b":1}"""));
    }

    [Theory]
    [InlineData("\0\0\0\0\u0001rest", true, "k=\0\0\0\0\u0029rest [] @1000")]
    [InlineData("\0\0\0\0\u0001", true, "k=\0\0\0\0\u0029 [] @1000")]
    [InlineData("\0\0\0\0\u0002\u0004\u0002\u0004rest", true, "k=\0\0\0\u0001\0\u0004\u0002\u0004rest [] @1000")]
    [InlineData("\0\0\0\0\u0003rest", true, "kept")]
    [InlineData("\0\0\0\0\u0004rest", true, "t: the value has schema id 4, which ids does not name")]
    [InlineData("\0\0\0\0\u0004rest", false, "kept")]
    [InlineData("\0\0\0\0", true, "kept")]
    [InlineData("{\"a\":1}", true, "kept")]
    [InlineData(null, true, "kept")]
    public void Schemas_get_the_ids_that_they_have_in_another_registry(string? value, bool fails, string becomes) => Assert.Equal(
        becomes, RuleBench.Through(RuleBench.Rules(new TransformAction.SchemaIds(PayloadPart.Value,
            new Dictionary<int, int> { [1] = 41, [2] = 256, [3] = 3 }, fails)), "k", value));

    [Fact]
    public void What_is_encrypted_has_no_id()
    {
        var rules = RuleBench.Rules(new TransformAction.SchemaIds(PayloadPart.Value, new Dictionary<int, int> { [1] = 41 }, true));

        Assert.Equal("kept", RuleBench.Through(rules, "k", "\0\0\0\0\u0001rest", headers: ("heliostat.enc.value", "x")));
        Assert.Equal("k=\0\0\0\0\u0029rest [heliostat.enc.key:x] @1000",
            RuleBench.Through(rules, "k", "\0\0\0\0\u0001rest", headers: ("heliostat.enc.key", "x")));
    }

    [Theory]
    [InlineData("header:h2", "dropped")]
    [InlineData("header:h1=v2", "dropped")]
    [InlineData("header:h1~v[3-9]", "kept")]
    [InlineData("header:h1~v[1-2]", "dropped")]
    [InlineData("key=k", "dropped")]
    [InlineData("key=hex:6B", "dropped")]
    [InlineData("key-prefix=x", "kept")]
    [InlineData("!key-prefix=x, !tombstone", "dropped")]
    [InlineData("tombstone", "kept")]
    [InlineData("timestamp>=1000, timestamp<1001", "dropped")]
    [InlineData("timestamp>=1970-01-01T00:00:02Z", "kept")]
    [InlineData("partition=3", "dropped")]
    [InlineData("partition=2", "kept")]
    [InlineData("topic~A\\.ord.*", "dropped")]
    [InlineData("value:/a=1", "dropped")]
    [InlineData("value:/b=x\\,y", "dropped")]
    [InlineData("value:/c=1", "kept")]
    public void Conditions(string condition, string becomes) =>
        Assert.Equal(becomes, RuleBench.Through(RuleBench.Drops(condition), "k", "{\"a\":1,\"b\":\"x,y\"}", headers: Doubled));

    [Fact]
    public void A_sample_takes_whole_keys_and_about_as_many_as_asked_for()
    {
        var rules = RuleBench.Drops("!sample=1/10");

        var kept = Enumerable.Range(0, 2000).Where(i => RuleBench.Through(rules, $"key-{i}", "v") == "kept").ToArray();

        Assert.InRange(kept.Length, 140, 260);
        Assert.Equal(kept, Enumerable.Range(0, 2000).Where(i => RuleBench.Through(rules, $"key-{i}", "w", 5) == "kept"));
    }

    [Theory]
    [InlineData("""{"id":5,"card":"4111","n":1.50,"f":true,"o":{"a":1},"l":[1],"z":null}""", null,
        """{"id":5,"card":"","n":0,"f":false,"o":{},"l":[],"z":null}""")]
    [InlineData("""{"card":"4111","n":7}""", "9", """{"card":"9","n":9}""")]
    [InlineData("""{"card":"4111","n":7}""", "0000", """{"card":"0000","n":0}""")]
    [InlineData("""{"n":7}""", "+.5", """{"n":0.5}""")]
    public void Masked_fields_are_the_null_of_their_type(string value, string? replacement, string becomes) => Assert.Equal(
        $"k={becomes} [] @1000", RuleBench.Through(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value,
            ["card", "n", "f", "o", "l", "z", "absent"], replacement)), "k", value));

    [Fact]
    public void What_is_not_touched_stays_byte_for_byte() => Assert.Equal(
        """k={"a":1e+05,"b":"\u00e9\/","b":"twice","c":""} [] @1000""",
        RuleBench.Through(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["c"], null)), "k",
            """{"a":1e+05,"b":"\u00e9\/","b":"twice","c":"x"}"""));

    [Theory]
    [InlineData("not json", "t: the value is no JSON object")]
    [InlineData("[1]", "t: the value is no JSON object")]
    [InlineData("", "t: the value is no JSON object")]
    [InlineData("{\"a\":1", "t: the value is no JSON object")]
    [InlineData("{\"a\":1} x", "t: the value is no JSON object")]
    [InlineData("{\"card\":true}", "t: value: only texts and numbers take a replacement")]
    [InlineData("{\"card\":1}", "t: value: the replacement is no number, and a field is")]
    [InlineData(null, "kept")]
    [InlineData("{}", "kept")]
    public void What_a_mask_does_not_take_fails_and_a_tombstone_passes(string? value, string becomes) =>
        Assert.Equal(becomes,
            RuleBench.Through(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["card"], "x")), "k", value));

    [Fact]
    public void Fields_are_replaced_inserted_hoisted_and_extracted()
    {
        const string Value = """{"id":5,"name":"x","b":{"c":1}}""";
        var renames = new Dictionary<string, string> { ["name"] = "n" };
        Assert.Equal("""k={"id":5,"n":"x"} [] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.ReplaceField(PayloadPart.Value, ["b"], [], renames)), "k", Value));
        Assert.Equal("""k={"id":5} [] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.ReplaceField(PayloadPart.Value, [], ["id"], renames)), "k", Value));
        Assert.Equal(
            """k={"name":"x","b":{"c":1},"t":"A.orders","p":3,"id":"s","ts":1000} [] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.InsertField(PayloadPart.Value, "t", "p", "ts", "id", "s")), "k", Value));
        Assert.Equal("""k={"ts":1000} [] @1000""", RuleBench.Through(
            RuleBench.Rules(new TransformAction.InsertField(PayloadPart.Value, null, null, "ts", null, null)), "k", "{}"));
        Assert.Equal($$"""k={"f":{{Value}}} [] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.HoistField(PayloadPart.Value, "f")), "k", Value));
        Assert.Equal("""k={"c":1} [] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.ExtractField(PayloadPart.Value, "b")), "k", Value));
        Assert.Equal("k=null [] @1000",
            RuleBench.Through(RuleBench.Rules(new TransformAction.ExtractField(PayloadPart.Value, "no")), "k", Value));
        Assert.Equal($$"""{"id":5,"no":null}={{Value}} [] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.ValueToKey(["id", "no"])), "k", Value));
        Assert.Equal(
            """k={"id":5} [h1:v1 N:x B:{"c":1}] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.HeaderFrom(PayloadPart.Value, ["name", "b"], ["N", "B"], Moves: true)),
                "k", Value, headers: ("h1", "v1")));
    }

    [Theory]
    [InlineData("""{"a":{"b":{"c":1},"d":[{"e":2}]},"f":{},"g":null}""", """{"a.b.c":1,"a.d":[{"e":2}],"g":null}""")]
    [InlineData("""{"x":{},"a":{"b":1}}""", """{"a.b":1}""")]
    public void Objects_within_are_flattened(string value, string becomes) =>
        Assert.Equal($"k={becomes} [] @1000",
            RuleBench.Through(RuleBench.Rules(new TransformAction.Flatten(PayloadPart.Value, ".")), "k", value));

    [Fact]
    public void Half_a_character_in_a_name_or_a_text_fails_nothing()
    {
        const string Value = """{"\ud800":1,"id":"\udc00x","card":"4"}""";

        Assert.Equal(
            """k={"\ud800":1,"id":"\udc00x","card":""} [] @1000""",
            RuleBench.Through(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["card"], null)), "k", Value));
        Assert.Contains(
            Hash("one", "\\udc00x"), RuleBench.Through(RuleBench.Rules(new TransformAction.Hash(PayloadPart.Value, ["id"],
                new Secret("one"))), "k", Value), StringComparison.Ordinal);
        Assert.Equal("kept", RuleBench.Through(RuleBench.Drops("value:/id=x"), "k", Value));
    }

    [Fact]
    public void A_pattern_that_takes_too_long_on_a_record_fails_that_record() => Assert.Equal(
        "t: its pattern takes too long on this record; make it simpler",
        RuleBench.Through(RuleBench.Drops("key~(.*a){20}"), new string('a', 40) + "\n", "v"));

    [Fact]
    public void A_hash_is_the_same_for_the_same_and_not_without_the_key()
    {
        var rules = RuleBench.Rules(new TransformAction.Hash(PayloadPart.Key, [], new Secret("one")));
        var others = RuleBench.Rules(new TransformAction.Hash(PayloadPart.Value, ["id"], new Secret("two")));

        // printf 'k' | openssl dgst -sha256 -hmac one
        Assert.StartsWith(Hash("one", "k") + "=v", RuleBench.Through(rules, "k", "v"), StringComparison.Ordinal);
        Assert.Equal($$"""k={"id":"{{Hash("two", "x\u00e9")}}"} [] @1000""", RuleBench.Through(others, "k", "{\"id\":\"x\\u00e9\"}"));
        Assert.Equal("kept", RuleBench.Through(rules, null, "v"));
    }

    [Theory]
    [InlineData("1700000000123", "k=v [t:1700000000123] @1700000000123")]
    [InlineData("2023-11-14T22:13:20.123Z", "k=v [t:2023-11-14T22:13:20.123Z] @1700000000123")]
    [InlineData("1000", "kept")]
    [InlineData("soon", "t: header t holds no time")]
    [InlineData("10:30", "t: header t holds no time")]
    public void A_time_may_come_from_a_header(string header, string becomes) =>
        Assert.Equal(becomes,
            RuleBench.Through(RuleBench.Rules(new TransformAction.TimestampFromHeader("t")), "k", "v", headers: ("t", header)));

    [Fact]
    public void What_a_topic_decides_is_decided_once_and_other_topics_pass()
    {
        var chain = new TransformChain(
            [
                new Transform("route", new TransformAction.Rename(JavaReplacement.Parse(@"A\.(.*)", "$1"))),
                new Transform("mask", new TransformAction.DropHeaders(["h"]))
                {
                    When = new RecordCondition.Topic(JavaPattern.Parse("orders"))
                },
            ], "");

        Assert.Equal("orders", chain.NameOf("A.orders"));
        Assert.NotNull(RecordRules.Of(chain, "A.orders", 0));
        Assert.Null(RecordRules.Of(chain, "A.bills", 0));
    }

    [Fact]
    public void Records_tell_where_they_were_first_written_and_do_not_go_back()
    {
        var rules = RecordRules.Of(TransformChain.None, "t", 0,
            new ProvenanceRule(ProvenanceKind.Heliostat, ("here", "t"), ("there", "t")))!;

        Assert.Equal("k=v [h1:v1 h1:v2 h2:null heliostat.origin:1:here:t] @1000", RuleBench.Through(rules, "k", "v", headers: Doubled));
        Assert.Equal("dropped", RuleBench.Through(rules, "k", "v", headers: ("heliostat.origin", "1:there:t")));
        Assert.Equal("kept", RuleBench.Through(rules, "k", "v", headers: ("heliostat.origin", "1:there:other")));
        Assert.Equal("kept", RuleBench.Through(rules, "k", "v", headers: ("heliostat.origin", "1:third:t")));
        Assert.Equal("kept",
            RuleBench.Through(rules, "k", "v", headers: [("heliostat.origin", "1:there:t"), ("heliostat.origin", "1:third:t")]));
    }

    [Theory]
    [InlineData(null, "k=v [redpanda-migrator-provenance:here] @1000")]
    [InlineData("there", "dropped")]
    [InlineData("third", "kept")]
    [InlineData("", "heliostat.provenance: its header redpanda-migrator-provenance is empty")]
    [InlineData("here", "heliostat.provenance: its header redpanda-migrator-provenance names the source itself: it came home another way")]
    public void Redpanda_Migrators_header_is_read_by_its_rules(string? header, string becomes)
    {
        var rules = RecordRules.Of(TransformChain.None, "t", 0,
            new ProvenanceRule(ProvenanceKind.Redpanda, ("here", "t"), ("there", "t")))!;

        Assert.Equal(becomes, header is null
            ? RuleBench.Through(rules, "k", "v")
            : RuleBench.Through(rules, "k", "v", headers: ("redpanda-migrator-provenance", header)));
    }

    private static string Hash(string key, string text) => Convert.ToHexStringLower(
        System.Security.Cryptography.HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key),
            System.Text.Encoding.UTF8.GetBytes(text)));
}
