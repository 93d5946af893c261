using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Tests.Rules;

/// <summary>Records through scripts of the file's.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("", "kept")]
    [InlineData("return true", "kept")]
    [InlineData("return false", "dropped")]
    [InlineData("return record.header('h') !== '1'", "dropped")]
    [InlineData("return record.header('none') === undefined", "kept")]
    [InlineData("return record.key.startsWith('k')", "kept")]
    [InlineData("record.value = record.value", "kept")]
    [InlineData("record.value = record.value.toUpperCase()", "k={\"A\":1} [h:1] @1000")]
    [InlineData("const v = JSON.parse(record.value); v.b = record.topic + record.partition; record.value = JSON.stringify(v)",
        "k={\"a\":1,\"b\":\"A.orders3\"} [h:1] @1000")]
    [InlineData("record.key = null", "null={\"a\":1} [h:1] @1000")]
    [InlineData("record.value = null", "k=null [h:1] @1000")]
    [InlineData("record.key = 'ü'", "ü={\"a\":1} [h:1] @1000")]
    [InlineData("record.timestamp += 5", "k={\"a\":1} [h:1] @1005")]
    [InlineData("record.setHeader('h', '2'); record.setHeader('n', null)", "k={\"a\":1} [h:2 n:null] @1000")]
    [InlineData("record.removeHeader('h')", "k={\"a\":1} [] @1000")]
    [InlineData("record.removeHeader('x')", "kept")]
    [InlineData("record.setHeader('now', new Date().toISOString() + Date.now())",
        "k={\"a\":1} [h:1 now:1970-01-01T00:00:01.000Z1000] @1000")]
    public void A_record_becomes_what_the_script_makes_of_it(string script, string becomes) =>
        Assert.Equal(becomes, RuleBench.Through(Rules(script), "k", "{\"a\":1}", headers: ("h", "1")));

    [Theory]
    [InlineData("record.value = 'x'; throw new Error('no good')", "t: the script threw no good")]
    [InlineData("return 1", "t: the script returned what is neither true, nor false, nor nothing")]
    [InlineData("record.value = 5", "t: the script makes the value a thing that is neither a text nor null")]
    [InlineData("record.value = {}", "t: the script makes the value a thing that is neither a text nor null")]
    [InlineData("record.timestamp = 'x'", "t: the script makes the timestamp a thing that is no whole number of milliseconds")]
    [InlineData("record.timestamp = 1.5", "t: the script makes the timestamp a thing that is no whole number of milliseconds")]
    [InlineData("record.setHeader('a')", "t: the script makes the header a a thing that is neither a text nor null")]
    [InlineData("record.header()", "t: the script names a header by what is no text")]
    [InlineData("record.offset = 5", "t: the script threw")]
    [InlineData("record.other = 5", "t: the script threw")]
    [InlineData("JSON.parse('{')", "t: the script threw")]
    [InlineData("while (true) { }", "t: the script takes more than it may")]
    [InlineData("(function f() { f() })()", "t: the script takes more than it may")]
    [InlineData("let s = 'xxxxxxxxxxxxxxxx'; while (true) { s = s + s; s.charCodeAt(9) }", "t: the script takes more than it may")]
    [InlineData("new Array(5000000).fill(0)", "t: the script")]
    [InlineData("return /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')", "t: ")]
    [InlineData("eval('1')", "t: the script threw")]
    [InlineData("new Function('return 1')()", "t: the script threw")]
    [InlineData("Math.random()", "t: the script threw")]
    [InlineData("x = 5", "t: the script threw")]
    [InlineData("globalThis.x = 5", "t: the script threw")]
    [InlineData("String.prototype.x = 5", "t: the script threw")]
    [InlineData("System.Environment.Exit(1)", "t: the script threw")]
    public void One_that_cannot_be_dealt_with_is_a_failing_record(string script, string why) =>
        Assert.StartsWith(why, RuleBench.Through(Rules(script), "k", "v"), StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_kept_from_one_record_to_the_next()
    {
        var rules = Rules("""
            const places = [record, record.header, Object, globalThis, [].__proto__, Object.getPrototypeOf([].values()), Math, JSON,
                Object.getPrototypeOf(function* () { }), Object.getPrototypeOf((async () => { })), RegExp.prototype, Symbol];
            let seen = 0;
            for (const place of places) { seen += place.count ?? 0; try { place.count = 1 } catch { } }
            record.value = String(seen);
            """);
        using var scratch = new RuleScratch();

        Assert.Equal(["0", "0"], new[] { Value(rules, scratch), Value(rules, scratch) });
    }

    [Fact]
    public void A_record_that_failed_is_not_touched_and_the_next_goes_on()
    {
        var rules = Rules("record.value = 'x'; record.setHeader('y', 'z'); if (record.offset === 0) throw new TypeError('first')");
        using var scratch = new RuleScratch();

        Assert.Equal("t: the script threw first", Value(rules, scratch));
        Assert.Equal("x", Value(rules, scratch, offset: 1));
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_and_cannot_be_read()
    {
        byte[] bytes = [0xff, 0xfe];
        using var scratch = new RuleScratch();

        Assert.Equal("kept", Outcome(Rules("return record.key === 'k'"), scratch, bytes));
        Assert.Equal("t: the script reads the value, which is not UTF-8", Outcome(Rules("record.value + ''"), scratch, bytes));
        Assert.Equal("x", Outcome(Rules("record.value = 'x'"), scratch, bytes));
    }

    [Theory]
    [InlineData("record.value === 'v'", "dropped")]
    [InlineData("record.value === 'w'", "kept")]
    [InlineData("record.value // a word", "t: the script came to what is neither true nor false")]
    [InlineData("(record.value = 'x') === 'y'", "kept")]
    [InlineData("record.value.a.b", "t: the script threw")]
    public void A_predicate_is_an_expression_and_changes_nothing(string expression, string becomes) => Assert.StartsWith(becomes,
        RuleBench.Through(RuleBench.Rules(new TransformAction.Drop(),
            new RecordCondition.Script(RecordScript.ParseExpression(expression))), "k", "v"), StringComparison.Ordinal);

    [Fact]
    public void A_predicate_that_is_no_expression_is_told_when_it_is_read() =>
        Assert.All((string[])["return true", "a; b", "true) || (false", ""],
            text => Assert.Throws<FormatException>(() => RecordScript.ParseExpression(text)));

    [Theory]
    [InlineData("return (", "is no JavaScript")]
    [InlineData("}); (function () {", "is no JavaScript")]
    [InlineData("with (record) { }", "is no JavaScript")]
    public void What_is_no_script_is_told_when_it_is_read(string script, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => RecordScript.Parse(script)).Message, StringComparison.Ordinal);

    private static RecordRules Rules(string script) => RuleBench.Rules(new TransformAction.Script(RecordScript.Parse(script)));

    private static string Value(RecordRules rules, RuleScratch scratch, long offset = 0) => Outcome(rules, scratch, "v"u8, offset);

    private static string Outcome(RecordRules rules, RuleScratch scratch, ReadOnlySpan<byte> value, long offset = 0)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1000, "k"u8, value, default);
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(builder.Build().ToArray(), buffer);
        Assert.True(reader.MoveNext());
        var record = RecordView.Of(reader);
        record.Offset = offset;
        return rules.Apply(ref record, scratch) switch
        {
            RuleOutcome.Kept => "kept",
            RuleOutcome.Changed => System.Text.Encoding.UTF8.GetString(record.Value.Span),
            _ => scratch.Why,
        };
    }
}
