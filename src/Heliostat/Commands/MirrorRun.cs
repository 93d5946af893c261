using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Flows;
using Heliostat.Output;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>Runs a mirror from the command line: log, progress, signals, and the words it ends with.</summary>
internal static class MirrorRun
{
    public static async Task<MirrorOutcome> RunAsync(MirrorConfiguration configuration, RunOptions run)
    {
        Tell(configuration, run.Verbosity);
        var time = TimeProvider.System;
        using var logger = new TerminalLogger(Terminal.Error, time, run.Verbosity);
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(logger.Lowest).AddProvider(logger));
        using var signals = new StopSignals(Terminal.Error, time, run.Grace);
        using var showing = new CancellationTokenSource();
        MirrorOutcome outcome;
        await using (var engine = new MirrorEngine(configuration.Options, time, loggers))
        {
            var progress = run.Verbosity == Verbosity.Quiet && !run.Json
                ? Task.CompletedTask
                : new ProgressLoop(engine.Snapshot, Terminal.Error, time, run.Interval, run.Json).RunAsync(showing.Token);
            try
            {
                outcome = await engine.RunAsync(signals.Stop, signals.Abort);
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
            finally
            {
                await showing.CancelAsync();
                await progress;
            }
        }

        if (outcome.Failure is { } cause)
        {
            Terminal.Error.WriteLine($"heliostat: {cause}");
        }
        else if (outcome.End == MirrorEnd.Aborted)
        {
            Terminal.Error.WriteLine("heliostat: stopped before everything in flight was acknowledged; some of it may be mirrored again at the next start");
        }

        return outcome;
    }

    private static void Tell(MirrorConfiguration configuration, Verbosity verbosity)
    {
        foreach (var warning in configuration.Warnings)
        {
            Terminal.Error.WriteLine($"WARNING: {warning}");
        }

        foreach (var notice in verbosity == Verbosity.Quiet ? [] : configuration.Notices)
        {
            Terminal.Error.WriteLine($"NOTE: {notice}");
        }
    }
}
