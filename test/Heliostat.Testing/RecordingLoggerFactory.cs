using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Heliostat.Testing;

/// <summary>Keeps every line: level and message.</summary>
public sealed class RecordingLoggerFactory : ILoggerFactory, ILogger
{
    /// <summary>What was logged, in order.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Called with each line, by who logs it, when it is kept.</summary>
    public Action<string> Heard { get; set; } = static _ => { };

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel} {formatter(state, exception)}";
        Lines.Enqueue(line);
        Heard(line);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
