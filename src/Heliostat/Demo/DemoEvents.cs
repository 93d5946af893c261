using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Heliostat.Demo;

/// <summary>What happened lately, newest last: faults, and what mirror and brokers log about them. Any thread may add; it keeps the last few.</summary>
internal sealed class DemoEvents(TimeProvider time, LogLevel lowest) : ILoggerProvider, ILogger
{
    private const int Kept = 100;

    private readonly Lock _gate = new();
    private readonly Queue<DemoEvent> _events = new();

    /// <summary>Called with each event, in order, under the lock of this: must be quick.</summary>
    public Action<DemoEvent>? Added { get; set; }

    public void Add(string text)
    {
        lock (_gate)
        {
            var added = new DemoEvent(time.GetLocalNow(), text);
            _events.Enqueue(added);
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }

            Added?.Invoke(added);
        }
    }

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

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var cause = exception is null ? "" : lowest <= LogLevel.Debug ? Environment.NewLine + exception : $": {exception.Message}";
            Add(string.Create(CultureInfo.InvariantCulture, $"{formatter(state, exception)}{cause}"));
        }
    }

    public void Dispose()
    {
    }
}
