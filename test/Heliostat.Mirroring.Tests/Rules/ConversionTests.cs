using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Transforms;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Rules;

/// <summary>
/// <c>Cast</c> and <c>TimestampConverter</c>, against what those of Apache Kafka 4.3.1 were seen to make of the same values.
/// </summary>
public sealed class ConversionTests
{
    [Fact]
    public void Fields_become_what_Connect_makes_of_them()
    {
        List<string> different = [];
        var rows = File.ReadLines(RepositoryFolder.File("test/Heliostat.Mirroring.Tests/Rules/ConnectRows.txt"))
            .Skip(1).Select(line => line.Split('\t')).ToList();
        foreach (var row in rows)
        {
            var made = RuleBench.Through(RuleBench.Rules(Action(row[0])), null, row[1] == "null" ? null : row[1]);
            var becomes = made == "kept" ? row[1]
                : made.StartsWith("null=", StringComparison.Ordinal) ? made["null=".Length..^" [] @1000".Length]
                : "FAIL";
            if (becomes != row[2] && !(row[1] == "null" && made == "kept"))
            {
                different.Add($"{row[0]}: {row[1]} is {row[2]} there, {made} here");
            }
        }

        Assert.True(different.Count == 0, string.Join("\n", different));
        Assert.True(rows.Count > 700);
    }

    [Theory]
    [InlineData("""{"b":2}""", "kept")]
    [InlineData("""{ "a" : "7", "b": 1.50 }""", """null={"a":7,"b":1.50} [] @1000""")]
    [InlineData("[1]", "t: the value is no JSON object")]
    [InlineData("""{"a":"x"}""", "t: value: a text is no number of the type that it is cast to")]
    [InlineData("""{"a":"0x1p3"}""", "t: value: a text is no number of the type that it is cast to")]
    [InlineData("""{"a":{}}""", "t: value: objects and arrays cannot be cast")]
    public void What_is_not_named_stays_and_what_cannot_be_cast_fails(string value, string becomes) =>
        Assert.Equal(becomes, RuleBench.Through(RuleBench.Rules(Action("spec=a:int32")), null, value));

    [Theory]
    [InlineData("""{"a":253402300800000}""", "t: value: a time is outside of the years 1583 to 9999")]
    [InlineData("""{"a":"x"}""", "t: value: a text is no time of the format yyyy-MM-dd")]
    [InlineData("""{"a":"1500-01-01"}""", "t: value: a text is no time of the format yyyy-MM-dd")]
    [InlineData("""{"a":true}""", "t: value: times are whole numbers and texts")]
    public void What_is_no_time_fails(string value, string becomes) =>
        Assert.Equal(becomes, RuleBench.Through(RuleBench.Rules(Action("field=a|target.type=string|format=yyyy-MM-dd")), null, value));

    [Theory]
    [InlineData("9999-12-31", """null={"a":253402214400000} [] @1000""")]
    [InlineData("9999-13-01", "t: value: a text is no time of the format yyyy-MM-dd")]
    public void The_last_year_counts_to_its_end(string text, string becomes) => Assert.Equal(
        becomes, RuleBench.Through(RuleBench.Rules(Action("field=a|target.type=unix|format=yyyy-MM-dd")), null, $$"""{"a":"{{text}}"}"""));

    private static TransformAction Action(string settings)
    {
        if (settings.StartsWith("spec=", StringComparison.Ordinal))
        {
            var spec = settings["spec=".Length..].Split(',').Select(entry => entry.Trim().Split(':')).ToList();
            return spec is [[var whole]] ? new TransformAction.Cast(PayloadPart.Value, new Dictionary<string, CastType>(), Type(whole))
                : new TransformAction.Cast(PayloadPart.Value, spec.Where(entry => entry.Length > 1)
                    .DistinctBy(entry => entry[0]).ToDictionary(entry => entry[0].Trim(), entry => Type(entry[1])), null);
        }

        var all = settings.Split('|').Select(setting => setting.Split('=', 2)).ToDictionary(setting => setting[0], setting => setting[1]);
        return new TransformAction.ConvertTimestamp(
            PayloadPart.Value, all.GetValueOrDefault("field"), all["target.type"] == "string",
            all.TryGetValue("format", out var format) ? JavaDateFormat.Parse(format) : null,
            Enum.Parse<UnixPrecision>(all.GetValueOrDefault("unix.precision", "milliseconds"), ignoreCase: true));
    }

    private static CastType Type(string name) => Enum.Parse<CastType>(name.Trim(), ignoreCase: true);
}
