using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Output;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>Runs a mirror from the command line: log, progress, signals, and the words it ends with.</summary>
internal static class MirrorRun
{
    public static async Task<MirrorOutcome> RunAsync(MirrorConfiguration configuration, RunOptions run)
    {
        Tell(configuration.Warnings, configuration.Notices, run.Verbosity);
        return await RunAsync(run, (time, loggers, show, stop, abort) =>
        {
            var engine = new MirrorEngine(configuration.Options with { Grace = run.Grace }, time, loggers);
            return show(new MirrorProgress(() => engine.Snapshot().Total), () => engine.RunAsync(stop, abort));
        });
    }

    /// <summary>Runs the flows of a MirrorMaker 2 file.</summary>
    public static async Task<MirrorOutcome> RunAsync(MirrorMaker2File file, long? memoryBudgetBytes, RunOptions run)
    {
        Tell(file.Warnings, file.Notices, run.Verbosity);
        return await RunAsync(run, (time, loggers, show, stop, abort) =>
        {
            var engine = new MirrorEngine(file, memoryBudgetBytes, run.Grace, time, loggers);
            return show(new FlowsProgress(engine.Snapshot), () => engine.RunAsync(stop, abort));
        });
    }

    private static async Task<MirrorOutcome> RunAsync(RunOptions run, Engine engine)
    {
        SocketThreads.GoOnInline();
        var time = TimeProvider.System;
        using var logger = new TerminalLogger(Terminal.Error, time, run.Verbosity);
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(logger.Lowest).AddProvider(logger));
        using var signals = new StopSignals(run.Verbosity == Verbosity.Quiet ? Terminal.Silent : Terminal.Error, time, run.Grace);
        MirrorOutcome outcome;
        try
        {
            outcome = await engine(time, loggers, (progress, work) => ShowAsync(progress, work, run, time), signals.Stop, signals.Abort);
        }
        catch (ConfigurationException failure)
        {
            outcome = new MirrorOutcome(MirrorEnd.Refused, failure.Message);
        }
        catch (Exception failure)
        {
            // Expected failures are outcomes: this one is a defect of ours, and the report needs its stack.
            outcome = new MirrorOutcome(MirrorEnd.Failed, $"internal error, please report it: {failure}");
        }

        if (outcome.Failure is { } cause)
        {
            Terminal.Error.WriteLine($"heliostat: {cause}");
        }
        else if (outcome.End == MirrorEnd.Aborted)
        {
            Terminal.Error.WriteLine("heliostat: stopped before everything in flight was acknowledged and committed; some of it may be mirrored again at the next start");
        }

        return outcome;
    }

    /// <summary>Shows progress for as long as <paramref name="work"/> takes.</summary>
    private static async Task<MirrorOutcome> ShowAsync(IProgress progress, Func<Task<MirrorOutcome>> work, RunOptions run, TimeProvider time)
    {
        using var showing = new CancellationTokenSource();
        var shown = run.Verbosity == Verbosity.Quiet && !run.Json
            ? Task.CompletedTask
            : new ProgressLoop(progress, Terminal.Error, time, run.Interval, run.Json).RunAsync(showing.Token);
        MirrorOutcome outcome;
        try
        {
            outcome = await work();
        }
        finally
        {
            await showing.CancelSoonAsync();
            await shown;
        }

        // What failed or was cut short has other words at its end.
        if (outcome.End is MirrorEnd.Completed or MirrorEnd.Stopped && run is { Json: false, Verbosity: not Verbosity.Quiet })
        {
            Terminal.Error.WriteLine($"finished {progress.Totals()}");
        }

        return outcome;
    }

    private static void Tell(IReadOnlyList<ConfigurationProblem> warnings, IReadOnlyList<ConfigurationProblem> notices, Verbosity verbosity)
    {
        foreach (var warning in warnings)
        {
            Terminal.Error.WriteLine($"WARNING: {warning}");
        }

        foreach (var notice in verbosity == Verbosity.Quiet ? [] : notices)
        {
            Terminal.Error.WriteLine($"NOTE: {notice}");
        }
    }

    private delegate Task<MirrorOutcome> Engine(
        TimeProvider time, ILoggerFactory loggers, Func<IProgress, Func<Task<MirrorOutcome>>, Task<MirrorOutcome>> show, CancellationToken stop, CancellationToken abort);
}
