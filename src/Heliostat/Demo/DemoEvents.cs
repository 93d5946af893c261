using Heliostat.Output.Logs;
using Microsoft.Extensions.Logging;

namespace Heliostat.Demo;

/// <summary>What happened lately, newest last: faults, and what mirror and brokers log about them. Any thread may add; it keeps the last few.</summary>
internal sealed class DemoEvents : ILoggerProvider, ILogger
{
    private const int Kept = 100;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly LogLevel _lowest;
    private readonly EventPace _pace;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Queue<DemoEvent> _events = new();

    public DemoEvents(TimeProvider time, LogLevel lowest)
    {
        (_time, _lowest) = (time, lowest);
        _pace = new EventPace(time);
        _timer = time.CreateTimer(_ => AddHeldBack(), null, LookEvery, LookEvery);
    }

    /// <summary>Called with each event, in order, under the lock of this: must be quick.</summary>
    public Action<DemoEvent>? Added { get; set; }

    public void Add(string text) => Add(new DemoEvent(_time.GetLocalNow(), LogLevel.Information, text));

    /// <summary>The newest ones, oldest of them first.</summary>
    public IReadOnlyList<DemoEvent> Latest(int count)
    {
        lock (_gate)
        {
            return [.. _events.TakeLast(count)];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <summary>Ends of troubles are heard, and not shown.</summary>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
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
            Add(new DemoEvent(happened.At, happened.Level, happened.Text));
        }
    }

    private void Add(DemoEvent added)
    {
        lock (_gate)
        {
            _events.Enqueue(added);
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }

            Added?.Invoke(added);
        }
    }
}
