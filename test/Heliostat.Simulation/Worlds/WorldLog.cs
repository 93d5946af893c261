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

    public ILogger CreateLogger(string categoryName) => new Logger(this, "", null);

    /// <summary>The log of a worker.</summary>
    /// <param name="worker">Its name.</param>
    /// <param name="writers">Told of lanes that it opens.</param>
    public ILoggerFactory Of(string worker, Writers writers) => new WorkerLog(this, worker, writers);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class WorkerLog(WorldLog log, string worker, Writers writers) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => new Logger(log, worker, writers);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private sealed class Logger(WorldLog log, string worker, Writers? writers) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= (writers is null ? LogLevel.Information : LogLevel.Debug);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (writers is not null && eventId.Name == "LogOpened" && state is IReadOnlyList<KeyValuePair<string, object?>> said)
            {
                writers.Opened(worker, (int)said.First(one => one.Key == "Partition").Value!);
            }

            if (logLevel >= LogLevel.Information)
            {
                log.Add($"{(worker.Length > 0 ? $"{worker} " : "")}{logLevel}: {formatter(state, exception)}");
                if (logLevel >= LogLevel.Warning && eventId.Name is { } name)
                {
                    log._warnings.Add(name);
                }
            }
        }
    }
}
