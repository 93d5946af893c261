using System.Buffers;
using Heliostat.Metrics;

namespace Heliostat.Tests.Metrics;

public sealed class ExpositionWriterTests
{
    private static readonly Metric Counter = new("moved_total", MetricKind.Counter, "topic", "What moved.");
    private static readonly Metric Fact = new("thing_info", MetricKind.Fact, "name", "A thing.");

    [Fact]
    public void Text_names_counters_and_facts_as_they_are_sampled()
    {
        Assert.Equal(
            "# HELP moved_total What moved.\n# TYPE moved_total counter\nmoved_total{topic=\"a\",kind=\"b\"} -7\nmoved_total 0.25\n"
            + "# HELP thing_info A thing.\n# TYPE thing_info gauge\nthing_info{name=\"x\"} 1\n",
            PageText.Of(Exposition.Text, WriteBoth));
    }

    [Fact]
    public void OpenMetrics_names_families_without_suffix_and_has_an_end()
    {
        Assert.Equal(
            "# HELP moved What moved.\n# TYPE moved counter\nmoved_total{topic=\"a\",kind=\"b\"} -7\nmoved_total 0.25\n"
            + "# HELP thing A thing.\n# TYPE thing info\nthing_info{name=\"x\"} 1\n# EOF\n",
            PageText.Of(Exposition.OpenMetrics, WriteBoth));
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        var rendered = LabelText.Render(("a", "back\\slash \"quoted\" new\nline ü"));

        Assert.Equal("a=\"back\\\\slash \\\"quoted\\\" new\\nline ü\"", System.Text.Encoding.UTF8.GetString(rendered));
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(60.0, "60")]
    [InlineData(-12.5, "-12.5")]
    [InlineData(999_999_999_999_999.0, "999999999999999")]
    [InlineData(1e300, "1E+300")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_are_as_short_as_they_can_be(double value, string text) =>
        Assert.Equal($"moved_total {text}", PageText.Of(Exposition.Text, writer =>
        {
            writer.Family(Counter);
            writer.Sample([], value);
        }).Split('\n')[2]);

    [Fact]
    public void A_page_may_be_longer_than_was_thought()
    {
        using var text = new RentedText(16);

        for (var i = 0; i < 1000; i++)
        {
            text.Write(System.Text.Encoding.UTF8.GetBytes($"{i}\n"));
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i}\n")),
            System.Text.Encoding.UTF8.GetString(text.Written.Span));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("text/plain;version=0.0.4;q=1,*/*;q=0.1", false)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    public void The_scraper_says_which_format_it_wants(string? accept, bool isOpenMetrics) =>
        Assert.Equal(isOpenMetrics ? Exposition.OpenMetrics : Exposition.Text, ExpositionFormats.Asked(accept));

    private static void WriteBoth(ExpositionWriter writer)
    {
        writer.Family(Counter);
        writer.Sample(LabelText.Render(("topic", "a")), LabelText.Render(("kind", "b")), -7);
        writer.Sample([], 0.25);
        writer.Family(Fact);
        writer.Sample(LabelText.Render(("name", "x")), 1);
        writer.End();
    }
}
