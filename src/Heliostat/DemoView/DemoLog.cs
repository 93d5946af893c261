using Heliostat.Demo;
using Heliostat.Output.Logs;
using Microsoft.Extensions.Logging;

namespace Heliostat.DemoView;

/// <summary>Puts what mirror and brokers log among a demo's events, one of one subject a minute as in any log.</summary>
internal sealed class DemoLog : ILoggerProvider, ILogger
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly DemoEvents _events;
    private readonly TimeProvider _time;
    private readonly LogLevel _lowest;
    private readonly EventPace _pace;
    private readonly ITimer _timer;

    public DemoLog(DemoEvents events, TimeProvider time, LogLevel lowest)
    {
        (_events, _time, _lowest) = (events, time, lowest);
        _pace = new EventPace(time);
        _timer = time.CreateTimer(_ => AddHeldBack(), null, LookEvery, LookEvery);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <summary>Ends of troubles are heard, and not shown.</summary>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= _lowest || AllClear.Ends(eventId.Id) is not null)
        {
            var text = formatter(state, exception) + (exception is null ? "" : $": {exception.Message}");
            var happened = LoggedEvent.Of(_time.GetLocalNow(), logLevel, eventId, state, text);
            if (_pace.Take(happened) is { } said)
            {
                Add(said);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void AddHeldBack()
    {
        foreach (var happened in _pace.Due())
        {
            Add(happened);
        }
    }

    private void Add(LoggedEvent happened)
    {
        if (happened.Level >= _lowest)
        {
            _events.Add(new DemoEvent(happened.At, happened.Level, happened.Text));
        }
    }
}
