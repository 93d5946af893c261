using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>
/// Log events as lines, at the pace of <see cref="EventPace"/>, and in the book of the last ones. Verbose: each of them, with its stack;
/// else an expected failure is its message.
/// </summary>
internal sealed class TerminalLogger : ILoggerProvider, ILogger
{
    /// <summary>What the book takes, whatever is written.</summary>
    private const LogLevel BookedFrom = LogLevel.Information;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly LogFormat _format;
    private readonly bool _isVerbose;
    private readonly EventPace _pace;
    private readonly ITimer _timer;

    public TerminalLogger(Terminal terminal, TimeProvider time, Verbosity verbosity, LogFormat format = LogFormat.Text)
    {
        (_terminal, _time, _format, _isVerbose) = (terminal, time, format, verbosity == Verbosity.Verbose);
        Levels = new LogLevels(time, verbosity switch
        {
            Verbosity.Quiet => LogLevel.Warning,
            Verbosity.Verbose => LogLevel.Debug,
            _ => LogLevel.Information,
        });
        _pace = new EventPace(time);
        _timer = time.CreateTimer(_ => WriteHeldBack(atEnd: false), null, LookEvery, LookEvery);
    }

    /// <summary>The last events, those too that are not written.</summary>
    public EventBook Book { get; } = new();

    /// <summary>What is written.</summary>
    public LogLevels Levels { get; }

    public ILogger CreateLogger(string categoryName) => new PartLogger(this, categoryName);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && (logLevel >= BookedFrom || logLevel >= Levels.Lowest);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
            Log("", logLevel, eventId, state, exception, formatter);

    /// <summary>Says what is no event of the engine's: settings, the end, what an operator did.</summary>
    /// <param name="level">How bad it is.</param>
    /// <param name="text">What there is to say.</param>
    /// <param name="subject">Whose it is.</param>
    /// <param name="name">What it is called in JSON.</param>
    /// <param name="properties">What is told besides.</param>
    public void Say(
        LogLevel level, string text, string subject = LoggedEvent.ForProgram, string name = "program",
        IReadOnlyList<KeyValuePair<string, object?>>? properties = null)
    {
        var said = new LoggedEvent(_time.GetLocalNow(), level, subject, text, text, Cause: null)
        {
            Name = name,
            Properties = properties ?? []
        };
        Write("", said, isBooked: true);
    }

    /// <summary>Says how the mirror does, which is nothing that happened.</summary>
    public void WriteProgress(string subject, string text) =>
        Write("", new LoggedEvent(_time.GetLocalNow(), LogLevel.Information, subject, text, text, Cause: null) { Name = "progress" },
            isBooked: false);

    /// <summary>Nothing more will happen: says what was held back until now.</summary>
    public void End() => WriteHeldBack(atEnd: true);

    public void Dispose() => _timer.Dispose();

    private void Log<TState>(string category, LogLevel level, EventId id, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(level))
        {
            return;
        }

        var text = formatter(state, exception);
        text += exception is null ? "" : _isVerbose ? Environment.NewLine + exception : $": {exception.Message}";
        var happened = LoggedEvent.Of(_time.GetLocalNow(), level, id, state, text);
        if ((_isVerbose || level < BookedFrom ? happened : _pace.Take(happened)) is { } said)
        {
            Write(category, said, isBooked: level >= BookedFrom);
        }
    }

    private void Write(string category, LoggedEvent happened, bool isBooked)
    {
        if (isBooked)
        {
            Book.Add(happened);
        }

        if (Levels.Takes(category, happened.Subject, happened.Level))
        {
            _terminal.WriteLine(LogLine.Of(happened, _format));
        }
    }

    private void WriteHeldBack(bool atEnd)
    {
        foreach (var happened in _pace.Due(atEnd))
        {
            Write("", happened, isBooked: true);
        }
    }

    /// <summary>The log of one part of the program.</summary>
    private sealed class PartLogger(TerminalLogger log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
                log.Log(category, logLevel, eventId, state, exception, formatter);
    }
}
