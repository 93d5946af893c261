using Heliostat.Demo.Audit;
using Heliostat.DemoView;

namespace Heliostat.Tests.Demo;

public sealed class VerdictTests
{
    private static readonly AuditResult Clean = new(
        [
            new TopicAudit("customers", 6885, true, new AuditCounts { Compared = 236 }),
            new TopicAudit("payments", 1000, false, new AuditCounts { Compared = 1000, LeftOut = 50 }),
        ],
        new OffsetAudit(6, 0), null, TimeSpan.FromSeconds(1));

    [Fact]
    public void A_clean_one_is_one_sentence() =>
        Assert.Equal("1,236 records, 0 lost, 0 duplicated; 6 of 6 translated offsets of group billing right", TextReport.Verdict(Clean));

    [Fact]
    public void One_that_failed_does_not_end_with_zeros_alone() => Assert.Equal(
        "NOT CLEAN: the mirror stood still for 30 s, 1 offset behind; as far as it came: 1,236 records, 0 lost, 0 duplicated; 6 of 6 "
            + "translated offsets of group billing right",
        TextReport.Verdict(Clean with { Failure = "the mirror stood still for 30 s, 1 offset behind" }));

    [Fact]
    public void A_topic_that_holds_less_than_was_written_says_why_that_is_right()
    {
        using var text = new StringWriter();

        new TextReport(text).Audited(Clean);

        Assert.Contains("customers       6,885       236  ok, 6,649 older ones of their keys compacted", text.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("payments        1,000     1,000  ok, 50 more aborted and left out", text.ToString(), StringComparison.Ordinal);
        Assert.All(text.ToString().Split(Environment.NewLine)[..^2], line => Assert.True(line.Length < 80, line));
    }

    [Fact]
    public void On_a_small_terminal_its_lines_are_broken_between_words()
    {
        using var text = new StringWriter();

        new TextReport(text, 59).Audited(Clean);

        Assert.All(text.ToString().Split(Environment.NewLine), line => Assert.True(line.Length < 60, line));
        Assert.Contains("ok, 6,649 older ones of\n    their keys compacted\n", text.ToString(), StringComparison.Ordinal);
    }
}
