using System.Globalization;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Testing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Tests.Output.Logs;

public sealed partial class TerminalLoggerTests : IDisposable
{
    private const string Dead = "source: cannot reach 127.0.0.1:9: connection refused";

    private readonly StringWriter _text = new();
    private readonly ManualTimeProvider _time = new();
    private readonly TerminalLogger _logger;

    public TerminalLoggerTests()
    {
        _logger = new TerminalLogger(new Terminal(_text, isTerminal: false), _time, Verbosity.Normal);
    }

    private string[] Lines => _text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The lines without their time.</summary>
    private IEnumerable<string> Said => Lines.Select(line => line[30..]);

    [Fact]
    public void Every_line_has_date_and_zone_level_and_subject()
    {
        _logger.Say(LogLevel.Information, "progress lanes=3", "A->B");
        LogOpened(_logger, "A->B", 3);
        LogReachable(_logger, "source", 9092);
        _logger.Say(LogLevel.Error, "stopped");

        Assert.Equal(["INFO  A->B: progress lanes=3", "INFO  A->B: lanes opened: 3", "INFO  heliostat: source: port 9092 answers",
            "ERROR heliostat: stopped"], Said);
        Assert.All(Lines, line => Assert.True(DateTimeOffset.TryParseExact(line[..29], "yyyy-MM-dd HH:mm:ss.fffzzz",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out _), line));
    }

    [Fact]
    public void One_event_of_one_subject_is_said_once_a_minute_with_what_happened_meanwhile()
    {
        for (var second = 0; second < 59; second++)
        {
            LogSilent(_logger, second + 1, $"target: orders-0 has not acknowledged anything for {second} seconds");
            LogSpeaks(_logger, second + 1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            ["WARN  heliostat: lanes that wait: 1; target: orders-0 has not acknowledged anything for 0 seconds",
                "INFO  heliostat: the target acknowledges again; lanes: 1"], Said);

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(
        [
            "WARN  heliostat: lanes that wait: 59; target: orders-0 has not acknowledged anything for 58 seconds (58 times more in the "
                + "last 60 s)",
            "INFO  heliostat: the target acknowledges again; lanes: 59 (58 times more in the last 60 s)",
        ], Said.Skip(2));
    }

    [Fact]
    public void Other_subjects_are_not_held_back()
    {
        LogReachable(_logger, "source", 9092);
        LogReachable(_logger, "source", 9093);
        LogReachable(_logger, "target", 9092);
        LogOpened(_logger, "A->B", 3);
        LogOpened(_logger, "B->A", 3);

        Assert.Equal(5, Lines.Length);
    }

    [Fact]
    public void Two_brokers_that_only_their_causes_name_are_both_named()
    {
        LogUnreachable(_logger, "source: cannot reach 127.0.0.1:9092: connection refused");
        LogUnreachable(_logger, "source: cannot reach 127.0.0.1:9093: connection refused");
        LogUnreachable(_logger, "source: cannot reach 127.0.0.1:9092: connection refused");

        Assert.Equal(2, Lines.Length);
    }

    [Fact]
    public void What_follows_from_a_cause_that_was_said_is_not_said_again_but_an_error_is()
    {
        LogUnreachable(_logger, Dead);
        LogNoMetadata(_logger, "source", Dead);
        LogWaiting(_logger, $"looking at the cluster failed: {Dead}");
        LogEnds(_logger, Dead);

        Assert.Equal([$"WARN  heliostat: {Dead}; trying again", $"ERROR heliostat: does not run: {Dead}"], Said);

        _logger.End();

        Assert.Equal(
            $"WARN  heliostat: {Dead}; trying again (in the last 0 s; with it: source: metadata cannot be refreshed, looking at the "
                + "cluster failed)", Said.Last());
    }

    [Fact]
    public void What_waits_because_of_it_is_told_when_the_minute_is_over()
    {
        LogUnreachable(_logger, Dead);
        LogSilent(_logger, 6, Dead);
        _time.Advance(TimeSpan.FromSeconds(30));
        LogUnreachable(_logger, Dead);
        LogSilent(_logger, 8, Dead);
        _time.Advance(TimeSpan.FromSeconds(35));

        var at = _time.GetLocalNow().AddSeconds(-35);
        Assert.Equal(
        [
            $"WARN  heliostat: {Dead}; trying again",
            string.Create(CultureInfo.InvariantCulture,
                $"WARN  heliostat: {Dead}; trying again (once more in the last 60 s, the last at {at:HH:mm:ss}; with it: lanes that wait: "
                    + $"8)"),
        ], Said);
    }

    /// <summary>A minute later it would look as if it went on.</summary>
    [Fact]
    public void With_the_end_of_a_trouble_goes_what_was_held_back_of_it()
    {
        LogLost(_logger, Dead);
        LogNotFetched(_logger, "source", 1, Dead);
        LogSilent(_logger, 8, Dead);
        LogLost(_logger, Dead);
        _time.Advance(TimeSpan.FromSeconds(20));
        LogFound(_logger, "source", "127.0.0.1", 9);
        LogFound(_logger, "source", "127.0.0.1", 9); // another client of the cluster
        LogFetched(_logger, "source", 1);
        _time.Advance(TimeSpan.FromMinutes(2));
        _logger.End();

        Assert.Equal(
        [
            $"WARN  heliostat: {Dead}; trying again",
            "INFO  heliostat: source: 127.0.0.1:9 can be reached again; meanwhile: source: fetching from broker 1 failed, lanes that wait: 8",
        ], Said);
    }

    [Fact]
    public void Ends_of_troubles_count_where_only_warnings_are_shown()
    {
        using var quiet = new TerminalLogger(new Terminal(_text, isTerminal: false), _time, Verbosity.Quiet);

        LogLost(quiet, Dead);
        LogLost(quiet, Dead);
        LogFound(quiet, "source", "127.0.0.1", 9);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal([$"WARN  heliostat: {Dead}; trying again"], Said);
    }

    [Fact]
    public void A_trouble_that_comes_and_goes_is_counted_by_its_ends()
    {
        for (var i = 0; i < 5; i++)
        {
            LogLost(_logger, Dead);
            LogFound(_logger, "source", "127.0.0.1", 9);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(
        [
            $"WARN  heliostat: {Dead}; trying again",
            "INFO  heliostat: source: 127.0.0.1:9 can be reached again",
            "INFO  heliostat: source: 127.0.0.1:9 can be reached again (4 times more in the last 60 s, the last at "
                + $"{new DateTimeOffset(2026, 1, 2, 3, 4, 9, TimeSpan.Zero).ToLocalTime():HH:mm:ss})",
        ], Said);
    }

    [Fact]
    public void After_a_quiet_minute_it_is_said_at_once()
    {
        LogUnreachable(_logger, Dead);
        _time.Advance(TimeSpan.FromSeconds(66));

        LogUnreachable(_logger, Dead);

        Assert.Equal(2, Lines.Length);
    }

    [Fact]
    public void Verbose_holds_nothing_back()
    {
        using var verbose = new TerminalLogger(new Terminal(_text, isTerminal: false), _time, Verbosity.Verbose);

        LogUnreachable(verbose, Dead);
        LogUnreachable(verbose, Dead);

        Assert.Equal(2, Lines.Length);
    }

    public void Dispose()
    {
        _logger.Dispose();
        _text.Dispose();
    }

    private static void LogOpened(ILogger logger, string flow, int count) =>
        logger.Log(LogLevel.Information, 1, [new("Flow", flow), new("Count", count)], null,
            static (KeyValuePair<string, object?>[] state, Exception? _) => $"lanes opened: {state[1].Value}");

    [LoggerMessage(2, LogLevel.Information, "{Cluster}: port {Port} answers")]
    private static partial void LogReachable(ILogger logger, string cluster, int port);

    [LoggerMessage(3, LogLevel.Warning, "lanes that wait: {Count}; {Cause}")]
    private static partial void LogSilent(ILogger logger, int count, string cause);

    [LoggerMessage(4, LogLevel.Information, "the target acknowledges again; lanes: {Count}")]
    private static partial void LogSpeaks(ILogger logger, int count);

    [LoggerMessage(5, LogLevel.Warning, "{Cause}; trying again")]
    private static partial void LogUnreachable(ILogger logger, string cause);

    [LoggerMessage(2001, LogLevel.Warning, "{Cause}; trying again")]
    private static partial void LogLost(ILogger logger, string cause);

    [LoggerMessage(2002, LogLevel.Information, "{Cluster}: {Host}:{Port} can be reached again")]
    private static partial void LogFound(ILogger logger, string cluster, string host, int port);

    [LoggerMessage(2151, LogLevel.Warning, "{Cluster}: fetching from broker {Node} failed: {Cause}; trying again")]
    private static partial void LogNotFetched(ILogger logger, string cluster, int node, string cause);

    [LoggerMessage(2152, LogLevel.Information, "{Cluster}: fetching from broker {Node} goes on")]
    private static partial void LogFetched(ILogger logger, string cluster, int node);

    [LoggerMessage(6, LogLevel.Warning, "{Cluster}: metadata cannot be refreshed: {Cause}")]
    private static partial void LogNoMetadata(ILogger logger, string cluster, string cause);

    [LoggerMessage(7, LogLevel.Warning, "{Cause}; trying on")]
    private static partial void LogWaiting(ILogger logger, string cause);

    [LoggerMessage(8, LogLevel.Error, "does not run: {Cause}")]
    private static partial void LogEnds(ILogger logger, string cause);
}
