using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class TargetRefusalTests
{
    private const string Late =
        "INVALID_TIMESTAMP: refused; record 0: Timestamp 9000 of message with offset 0 is out of range. The timestamp should be within "
            + "[1000, 5000]";
    private const string Old =
        "INVALID_TIMESTAMP: refused; record 0: Timestamp 900 of message with offset 0 is out of range. The timestamp should be within "
            + "[1000, 5000]";

    [Theory]
    [InlineData(Late, "message.timestamp.after.max.ms=9223372036854775807")]
    [InlineData(Old, "message.timestamp.before.max.ms=9223372036854775807")]
    [InlineData(null, "message.timestamp.after.max.ms=9223372036854775807,message.timestamp.before.max.ms=9223372036854775807")]
    public void A_timestamp_that_is_refused_names_the_setting_and_the_command(string? message, string expected) => Assert.Equal(
        "a record is from further in the future, or older, than the topic takes; what helps: kafka-configs.sh --bootstrap-server b:9092 "
            + $"--alter --entity-type topics --entity-name A.t --add-config {expected}",
        TargetRefusal.Of(ErrorCode.InvalidTimestamp)!.Advice("A.t", "b:9092", message));

    [Fact]
    public void A_record_that_is_too_large_asks_for_what_it_needs() => Assert.EndsWith(
        " --add-config max.message.bytes=2000100", TargetRefusal.Of(ErrorCode.MessageTooLarge)!.Advice("A.t", "b:9092", needed: 2_000_100),
        StringComparison.Ordinal);

    [Fact]
    public void A_right_that_is_missing_is_named() =>
        Assert.EndsWith("; what helps: WRITE on the topic", TargetRefusal.Of(ErrorCode.TopicAuthorizationFailed)!.Advice("A.t", "b:9092"),
            StringComparison.Ordinal);

    [Fact]
    public void The_page_about_refusals_is_the_table()
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "refusals.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        Assert.Equal(
            TargetRefusal.All.Select(r =>
                $"| `{r.Code.Name()}` | {r.What} | {string.Join(", ", r.Configs.Select(c => $"`{c.Name}`"))} | {r.Cure} |".Replace("  ",
                    " ", StringComparison.Ordinal)),
            rows.Select(row => row.Replace("  ", " ", StringComparison.Ordinal)));
    }
}
