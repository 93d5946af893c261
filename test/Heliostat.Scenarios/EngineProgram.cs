using System.Globalization;
using System.Text;
using Heliostat.Configuration.Dialects.MirrorMaker1;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Microsoft.Extensions.Logging;

namespace Heliostat.Scenarios;

/// <summary>
/// The mirror of <c>heliostat mirror-maker</c> in this process: the same files and options, the same engine, the same exit statuses, and no
/// start of a program. Signals are what the program makes of them; it cannot be killed.
/// </summary>
internal sealed class EngineProgram : RunningProgram, ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _errors = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly ILoggerFactory _loggers;
    private readonly Task<int> _running;

    private EngineProgram(MirrorConfiguration configuration)
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(this));
        _running = RunAsync(new MirrorEngine([configuration.Flow],
            new EngineOptions { MemoryBudgetBytes = configuration.MemoryBudgetBytes }, TimeProvider.System, _loggers));
    }

    public override bool HasExited => _running.IsCompleted;

    public override string Output => "";

    public override string Errors
    {
        get
        {
            lock (_gate)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts it with the arguments of <c>heliostat mirror-maker</c>, as far as tests use them.</summary>
    public static EngineProgram Start(IReadOnlyList<string> arguments)
    {
        var given = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        string? Take(string name) => given.Remove(name, out var value) ? value : null;
        var options = new MirrorMaker1Options
        {
            ConsumerConfig = Take("--consumer.config")!,
            ProducerConfig = Take("--producer.config")!,
            Include = Take("--include"),
            Whitelist = null,
            NumStreams = int.Parse(Take("--num.streams") ?? "1", CultureInfo.InvariantCulture),
            OffsetCommitIntervalMs = int.Parse(Take("--offset.commit.interval.ms") ?? "60000", CultureInfo.InvariantCulture),
            AbortOnSendFailure = bool.Parse(Take("--abort.on.send.failure") ?? "true"),
            Partitioner = Take("--partitioner") == "key-hash" ? Partitioner.KeyHash : Partitioner.Same,
        };
        return given.Count == 0
            ? new EngineProgram(MirrorMaker1Files.Translate(options))
            : throw new NotSupportedException(string.Join(' ', given));
    }

    public override void Signal(ProcessSignal signal)
    {
        if (signal is not (ProcessSignal.Terminate or ProcessSignal.Interrupt))
        {
            throw new NotSupportedException($"{signal} needs a process of its own: see MirrorSettings.OwnProcess");
        }

        _stop.Cancel();
    }

    public override async Task<int> WaitForExitAsync(TimeSpan within, CancellationToken ct)
    {
        try
        {
            return await _running.WaitAsync(within, TimeProvider.System, ct);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"the mirror still runs after {within.TotalSeconds:0} s. It said:\n{Errors}");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _abort.CancelAsync();
        await Eventually.EndsAsync("the mirror", _running, () => Errors);
        _loggers.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Say($"{TimeProvider.System.GetLocalNow():HH:mm:ss.fff} {logLevel} {formatter(state, exception)}"
                + $"{(exception is null ? "" : $": {exception}")}");
        }
    }

    public void Dispose()
    {
    }

    private async Task<int> RunAsync(MirrorEngine engine)
    {
        await Task.Yield();
        try
        {
            var outcome = await engine.RunAsync(_stop.Token, _abort.Token);
            Say($"heliostat: {outcome.End} {outcome.Failure}");
            return outcome.End is MirrorEnd.Failed or MirrorEnd.Refused or MirrorEnd.Aborted || outcome.Halted.Count > 0
                || outcome.Repeats > 0 ? 255 : 0;
        }
        catch (Exception failure)
        {
            Say($"heliostat: {failure}");
            return 255;
        }
    }

    private void Say(string line)
    {
        lock (_gate)
        {
            _errors.AppendLine(line);
        }
    }
}
