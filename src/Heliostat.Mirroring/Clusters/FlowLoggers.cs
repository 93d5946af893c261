using System.Collections;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Clusters;

/// <summary>
/// Loggers of what works for one flow: each of their events has the flow as a property, <c>Flow</c>, so that the log can tell flows apart.
/// </summary>
internal sealed class FlowLoggers(ILoggerFactory inner, string flow) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new FlowLogger(inner.CreateLogger(categoryName), flow);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>Who made the other factory disposes of it.</summary>
    public void Dispose()
    {
    }

    private sealed class FlowLogger(ILogger inner, string flow) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (inner.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, new FlowEvent<TState>(flow, state, formatter), exception,
                    static (happened, failure) => happened.Text(failure));
            }
        }
    }

    /// <summary>What happened, and the flow before its other properties.</summary>
    private sealed class FlowEvent<TState>(string flow, TState state,
        Func<TState, Exception?, string> formatter) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly IReadOnlyList<KeyValuePair<string, object?>> _properties = state as IReadOnlyList<KeyValuePair<string, object?>>
            ?? [];

        public int Count => _properties.Count + 1;

        public KeyValuePair<string, object?> this[int index] => index == 0 ? new("Flow", flow) : _properties[index - 1];

        public string Text(Exception? failure) => formatter(state, failure);

        public override string ToString() => formatter(state, null);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
