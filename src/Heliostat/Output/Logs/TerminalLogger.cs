using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>Log events as lines for people, at the pace of <see cref="EventPace"/>. Verbose: each of them, with its stack; else an expected failure is its message.</summary>
internal sealed class TerminalLogger : ILoggerProvider, ILogger
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly Verbosity _verbosity;
    private readonly EventPace _pace;
    private readonly ITimer _timer;

    public TerminalLogger(Terminal terminal, TimeProvider time, Verbosity verbosity)
    {
        (_terminal, _time, _verbosity) = (terminal, time, verbosity);
        _pace = new EventPace(time);
        _timer = time.CreateTimer(_ => SayHeldBack(atEnd: false), null, LookEvery, LookEvery);
    }

    private LogLevel Lowest => _verbosity switch
    {
        Verbosity.Quiet => LogLevel.Warning,
        Verbosity.Verbose => LogLevel.Debug,
        _ => LogLevel.Information,
    };

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <summary>What is heard: more than what is shown, as the end of a trouble takes back what was held of it.</summary>
    public LogLevel Heard => Lowest < LogLevel.Information ? Lowest : LogLevel.Information;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Heard && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel < Lowest && AllClear.Ends(eventId.Id) is null)
        {
            return;
        }

        var isVerbose = _verbosity == Verbosity.Verbose;
        var text = formatter(state, exception);
        text += exception is null ? "" : isVerbose ? Environment.NewLine + exception : $": {exception.Message}";
        var happened = LoggedEvent.Of(_time.GetLocalNow(), logLevel, eventId, state, text);
        if ((isVerbose ? happened : _pace.Take(happened)) is { } said)
        {
            Show(said);
        }
    }

    /// <summary>Says what is no event of the engine's: settings, progress, the end.</summary>
    public void Say(LogLevel level, string text, string subject = LoggedEvent.ForProgram)
    {
        if (level >= Lowest)
        {
            _terminal.WriteLine(LogLine.Of(_time.GetLocalNow(), level, subject, text));
        }
    }

    /// <summary>Nothing more will happen: says what was held back until now.</summary>
    public void End() => SayHeldBack(atEnd: true);

    public void Dispose() => _timer.Dispose();

    private void SayHeldBack(bool atEnd)
    {
        foreach (var happened in _pace.Due(atEnd))
        {
            Show(happened);
        }
    }

    private void Show(LoggedEvent happened)
    {
        if (happened.Level >= Lowest)
        {
            _terminal.WriteLine(LogLine.Of(happened));
        }
    }
}
