using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Heliostat.Output;

/// <summary>Log entries as lines for people: time, level, text. Stacks only when verbose: an expected failure is its message.</summary>
internal sealed class TerminalLogger(Terminal terminal, TimeProvider time, Verbosity verbosity) : ILoggerProvider, ILogger
{
    /// <summary>Categories of what belongs to one of several flows begin so, and end with its name; the lines say whose they are.</summary>
    private const string FlowCategory = "Heliostat.Flow.";

    public LogLevel Lowest => verbosity switch
    {
        Verbosity.Quiet => LogLevel.Warning,
        Verbosity.Verbose => LogLevel.Debug,
        _ => LogLevel.Information,
    };

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(FlowCategory, StringComparison.Ordinal) ? new FlowLogger(this, categoryName[FlowCategory.Length..]) : this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Lowest && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss.fff} {Name(logLevel)} {formatter(state, exception)}");
        if (exception is not null)
        {
            line += verbosity == Verbosity.Verbose ? Environment.NewLine + exception : $": {exception.Message}";
        }

        terminal.WriteLine(line);
    }

    public void Dispose()
    {
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Warning => "WARN ",
        LogLevel.Error or LogLevel.Critical => "ERROR",
        LogLevel.Information => "INFO ",
        _ => "DEBUG",
    };

    private sealed class FlowLogger(TerminalLogger inner, string flow) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, (s, e) => $"{flow}: {formatter(s, e)}");
    }
}
