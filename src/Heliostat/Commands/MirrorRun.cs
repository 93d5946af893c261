using System.Globalization;
using Heliostat.Api;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Connect;
using Heliostat.Mirroring.Flows;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Status;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>Runs a mirror from the command line: log, progress, signals, and the words it ends with.</summary>
internal static class MirrorRun
{
    private const long LeastBudget = 16L * 1024 * 1024;

    public static Task<MirrorOutcome> RunAsync(MirrorConfiguration configuration, RunOptions run) =>
        RunAsync(run, null, configuration.Warnings, configuration.Notices, (time, log, loggers, show, stop, abort) =>
        {
            var engine = new MirrorEngine([configuration.Flow],
                new EngineOptions { MemoryBudgetBytes = configuration.MemoryBudgetBytes, Grace = run.Grace }, time, loggers);
            return show(new MirrorProgress(() => engine.Snapshot()), engine, () => engine.RunAsync(stop, abort));
        });

    /// <summary>Runs the flows of a MirrorMaker 2 file; at SIGHUP it is read again.</summary>
    public static async Task<MirrorOutcome> RunAsync(MirrorMaker2Configuration configuration, MirrorMaker2File file,
        long? memoryBudgetBytes, RunOptions run)
    {
        using var hangUp = new ReloadSignal();
        var inUse = new FileInUse(file);
        FileReload? reload = null;
        var served = ServedRun.Of(inUse) with { Reload = (dryRun, ct) => reload!.ReloadAsync(dryRun, ct) };
        return await RunAsync(run.Metrics.Count > 0 ? run : run with { Metrics = file.MetricsListeners }, served, file.Warnings,
            file.Notices, (time, log, loggers, show, stop, abort) =>
            {
                var engine = new MirrorEngine(file.Flows, new EngineOptions
                {
                    MemoryBudgetBytes = memoryBudgetBytes ?? Fitting(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, log),
                    Grace = run.Grace,
                    UntilEnd = run.UntilEnd
                }, time, loggers);
                reload = new FileReload(configuration, inUse, engine, log);
                return show(new FlowsProgress(() => engine.Snapshot()), engine, () => RunAsync(hangUp, reload, engine, stop, abort));
            });
    }

    /// <summary>Runs the mirror connectors of a Connect cluster.</summary>
    public static async Task<MirrorOutcome> RunAsync(ConnectWorkerFile file, long? memoryBudgetBytes, RunOptions run)
    {
        Herder? herder = null;
        var worker = file.WorkerIdAt(listening: null);
        var served = new ServedRun(file.Api, flow => herder?.Find(flow)?.Options,
            (mirror, desk) => new HerdedConnectors(herder!, file, mirror, desk))
        { Listens = address => worker = file.WorkerIdAt(address) };
        return await RunAsync(run.Metrics.Count > 0 ? run : run with { Metrics = file.MetricsListeners }, served, [], [],
            (time, log, loggers, show, stop, abort) =>
            {
                var engine = new MirrorEngine([], new EngineOptions
                {
                    MemoryBudgetBytes = memoryBudgetBytes ?? Fitting(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, log),
                    Grace = run.Grace
                }, time, loggers);
                herder = new Herder(file, () => worker, engine, log, time, loggers);
                return show(new FlowsProgress(() => engine.Snapshot()), engine, () => herder.RunAsync(stop, abort));
            });
    }

    /// <summary>The default, or a quarter of what the process may have (its cgroup, or the machine) where that is less.</summary>
    internal static long Fitting(long availableBytes, TerminalLogger log)
    {
        if (availableBytes / 4 >= MemoryBudget.DefaultBytes)
        {
            return MemoryBudget.DefaultBytes;
        }

        var fits = Math.Max(LeastBudget, availableBytes / 4);
        log.Say(LogLevel.Information,
            $"this process may have {Quantity.Bytes(availableBytes)} of memory: {Quantity.Bytes(fits)} may be held between the clusters; "
                + "--memory says otherwise");
        return fits;
    }

    private static async Task<MirrorOutcome> RunAsync(ReloadSignal hangUp, FileReload reload, MirrorEngine engine, CancellationToken stop,
        CancellationToken abort)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reloading = hangUp.RunAsync(reload.ReloadAsync, over.Token);
        try
        {
            return await engine.RunAsync(stop, abort);
        }
        finally
        {
            await over.CancelSoonAsync();
            await reloading.SettleAsync();
        }
    }

    private static async Task<MirrorOutcome> RunAsync(
        RunOptions run, ServedRun? served, IReadOnlyList<ConfigurationProblem> warnings, IReadOnlyList<ConfigurationProblem> notices,
        Engine engine)
    {
        SocketThreads.GoOnInline();
        var time = TimeProvider.System;
        using var log = new TerminalLogger(Terminal.Error, time, run.Verbosity, run.LogFormat);
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        using var signals = new StopSignals(signal => log.Say(LogLevel.Information, signal), time, run.Grace);
        Tell(log, LogLevel.Warning, warnings);
        Tell(log, LogLevel.Information, notices);
        MirrorOutcome outcome;
        var totals = "";
        try
        {
            outcome = await engine(
                time, log, loggers, async (progress, running, work) =>
                {
                    var look = new SharedLook(withLanes => running.Snapshot(withLanes), time);
                    await using var pages = await ServeAsync(run, look, log);
                    await using var api = await ApiStart.ServeAsync(run, served, running, look, log, time);
                    using var telemetry = Telemetry.Start(() => look.Now(withLanes: true), Environment.GetEnvironmentVariable);
                    if (telemetry.Says is { } sent)
                    {
                        log.Say(LogLevel.Information, sent);
                    }

                    using var ended = new CancellationTokenSource();
                    var told = new Supervisor(() => running.Snapshot(withLanes: true), Environment.GetEnvironmentVariable,
                        time).RunAsync(signals.Stop, ended.Token);
                    try
                    {
                        return await ShowAsync(progress, work, log, run, time);
                    }
                    finally
                    {
                        totals = progress.Totals();
                        await ended.CancelSoonAsync();
                        await told;
                    }
                },
                signals.Stop, signals.Abort);
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

        log.End();
        ReportEnd(log, outcome, totals);
        ReportLeftOver(log, outcome);
        return outcome;
    }

    private static void ReportEnd(TerminalLogger log, MirrorOutcome outcome, string totals)
    {
        if (outcome.Failure is { } cause)
        {
            log.Say(LogLevel.Error, cause);
        }
        else if (outcome.End == MirrorEnd.Aborted)
        {
            log.Say(LogLevel.Error,
                "stopped before everything in flight was acknowledged and committed; some of it may be mirrored again at the next start");
        }
        else if (outcome.Idle.Count > 0)
        {
            log.Say(LogLevel.Warning, $"stopped {totals}; did not run then: {string.Join("; ", outcome.Idle)}");
        }
        else
        {
            log.Say(LogLevel.Information, $"{(outcome.Repeats > 0 ? "stopped" : "finished")} {totals}");
        }
    }

    /// <summary>What whoever starts it again has to know.</summary>
    private static void ReportLeftOver(TerminalLogger log, MirrorOutcome outcome)
    {
        if (outcome.Repeats > 0)
        {
            log.Say(LogLevel.Error, string.Create(
                CultureInfo.InvariantCulture,
                $"not all positions could be stored: at most {Counted.Of(outcome.Repeats, "record")} will be mirrored again at the next "
                    + $"start"));
        }

        if (outcome.Halted is [var first, ..] halted)
        {
            log.Say(LogLevel.Error,
                $"{Counted.Of(halted.Count, "lane")} halted, and will be at the next start; {first.Topic}-{first.Partition}: "
                    + $"{first.Cause}");
        }
    }

    /// <summary>Null when nobody asked for it.</summary>
    /// <exception cref="ConfigurationException">An address cannot be listened on.</exception>
    private static async Task<WebServer?> ServeAsync(RunOptions run, SharedLook look, TerminalLogger log)
    {
        if (run.Metrics.Count == 0)
        {
            return null;
        }

        var server = await WebServer.StartAsync(run.Metrics, look.Now, CancellationToken.None);
        foreach (var address in server.Addresses)
        {
            log.Say(LogLevel.Information, $"metrics at {address}/metrics");
        }

        return server;
    }

    /// <summary>Shows progress for as long as <paramref name="work"/> takes.</summary>
    private static async Task<MirrorOutcome> ShowAsync(IProgress progress, Func<Task<MirrorOutcome>> work, TerminalLogger log,
        RunOptions run, TimeProvider time)
    {
        using var showing = new CancellationTokenSource();
        var shown = run.Verbosity == Verbosity.Quiet && !run.Json
            ? Task.CompletedTask
            : new ProgressLoop(progress, Terminal.Error, log, time, run.Interval, run.Json).RunAsync(showing.Token);
        try
        {
            return await work();
        }
        finally
        {
            await showing.CancelSoonAsync();
            await shown;
        }
    }

    private static void Tell(TerminalLogger log, LogLevel level, IReadOnlyList<ConfigurationProblem> problems)
    {
        foreach (var problem in problems)
        {
            log.Say(level, $"{problem}");
        }
    }

    private delegate Task<MirrorOutcome> Engine(
        TimeProvider time, TerminalLogger log, ILoggerFactory loggers,
        Func<IProgress, MirrorEngine, Func<Task<MirrorOutcome>>, Task<MirrorOutcome>> show, CancellationToken stop,
        CancellationToken abort);
}
