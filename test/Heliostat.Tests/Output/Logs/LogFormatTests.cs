using System.Text.Json;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Testing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Tests.Output.Logs;

public sealed class LogFormatTests : IDisposable
{
    private readonly StringWriter _text = new();
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(true, "1.2.3.4", null, null, LogFormat.Text)]
    [InlineData(false, "1.2.3.4", null, null, LogFormat.Json)]
    [InlineData(false, null, "9:77", "socket:[77]", LogFormat.Journal)]
    [InlineData(false, null, "9:77", "socket:[78]", LogFormat.Text)]
    [InlineData(false, null, "9:77", "/tmp/log", LogFormat.Text)]
    [InlineData(false, null, null, "socket:[77]", LogFormat.Text)]
    internal void The_format_fits_who_reads(bool isTerminal, string? kubernetes, string? journal, string? error, LogFormat fitting) =>
        Assert.Equal(fitting, LogFormats.Fitting(isTerminal,
            name => name == "KUBERNETES_SERVICE_HOST" ? kubernetes : name == "JOURNAL_STREAM" ? journal : null, () => error));

    [Fact]
    public void A_line_of_JSON_has_the_names_that_are_documented()
    {
        using var logger = new TerminalLogger(new Terminal(_text, isTerminal: false), _time, Verbosity.Normal, LogFormat.Json);
        LogPaused(logger.CreateLogger("Heliostat.Mirroring.Pump.Lane"), "orders", 3, "target: too \"large\"\nand more",
            _time.GetUtcNow().AddMinutes(1));
        logger.WriteProgress("A->B", "progress lanes=1");

        var lines = _text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal(
            """{"ts":"2026-01-02T03:04:05.000Z","level":"warn","event":"lane_paused","id":3002,"msg":"lane orders-3 paused: target: too \"large\"\nand more","cause":"target: too \"large\"\nand more","topic":"orders","partition":3,"retry_at":"2026-01-02T03:05:05.000Z"}""",
            lines[0]);
        using var progress = JsonDocument.Parse(lines[1]);
        Assert.Equal(("progress", "A->B"),
            (progress.RootElement.GetProperty("event").GetString(), progress.RootElement.GetProperty("flow").GetString()));
    }

    [Fact]
    public void The_journal_reads_a_priority_before_each_line()
    {
        using var logger = new TerminalLogger(new Terminal(_text, isTerminal: false), _time, Verbosity.Normal, LogFormat.Journal);
        logger.Say(LogLevel.Error, "first\nsecond");

        Assert.StartsWith("<3>2026-01-02 ", _text.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("ERROR heliostat: first second" + Environment.NewLine, _text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_of_a_part_or_a_flow_counts_and_falls_back_when_its_time_is_over()
    {
        var levels = new LogLevels(_time, LogLevel.Information);
        levels.Set("Heliostat.Client", LogLevel.Debug, TimeSpan.FromMinutes(10));
        levels.Set("flow:A->B", LogLevel.Error);

        Assert.True(levels.Takes("Heliostat.Client.Fetching.Fetcher", null, LogLevel.Debug));
        Assert.False(levels.Takes("Heliostat.Clients", null, LogLevel.Debug));
        Assert.False(levels.Takes("Heliostat.Client.Fetching.Fetcher", "A->B", LogLevel.Warning));
        Assert.Equal(LogLevel.Debug, levels.Lowest);

        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.False(levels.Takes("Heliostat.Client.Fetching.Fetcher", null, LogLevel.Debug));
        Assert.Equal(LogLevel.Information, levels.Lowest);
        Assert.Equal(["flow:A->B", "root"], levels.All.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_root_falls_back_too()
    {
        var levels = new LogLevels(_time, LogLevel.Warning);
        levels.Set(LogLevels.Root, LogLevel.Trace, TimeSpan.FromSeconds(1));
        Assert.True(levels.Takes("x", null, LogLevel.Debug));

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(levels.Takes("x", null, LogLevel.Information));
    }

    [Fact]
    public void The_book_keeps_the_last_events_those_too_that_a_quiet_log_leaves_out()
    {
        using var logger = new TerminalLogger(new Terminal(_text, isTerminal: false), _time, Verbosity.Quiet);
        for (var i = 0; i < EventBook.Most + 5; i++)
        {
            logger.Say(LogLevel.Information, $"event {i}");
        }

        Assert.Equal("", _text.ToString());
        Assert.Equal(EventBook.Most, logger.Book.After(0).Count);
        Assert.Equal(["event 1003", "event 1004"], logger.Book.After(EventBook.Most + 3).Select(booked => booked.Event.Text));
    }

    public void Dispose() => _text.Dispose();

    private static void LogPaused(ILogger logger, string topic, int partition, string cause, DateTimeOffset retryAt) => logger.Log(
        LogLevel.Warning, 3002, [new("Topic", topic), new("Partition", partition), new("Cause", cause), new("RetryAt", retryAt)], null,
        static (KeyValuePair<string, object?>[] state, Exception? _) => $"lane {state[0].Value}-{state[1].Value} paused: {state[2].Value}");
}
