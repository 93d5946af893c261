using System.Globalization;
using Heliostat.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Heliostat.Simulation.Worlds;

/// <summary>The last things that happened and were said, with the time of the simulation.</summary>
internal sealed class WorldLog(SimulatedClock clock) : ILoggerFactory
{
    private const int Kept = 200;

    private readonly Queue<string> _lines = new();

    private readonly HashSet<string> _warnings = [];

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>The names of the events that somebody was warned of.</summary>
    public IReadOnlySet<string> Warnings => _warnings;

    public void Add(string line)
    {
        if (_lines.Count == Kept)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,9:0.000} {line}"));
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(WorldLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Add($"{logLevel}: {formatter(state, exception)}");
                if (logLevel >= LogLevel.Warning && eventId.Name is { } name)
                {
                    log._warnings.Add(name);
                }
            }
        }
    }
}
