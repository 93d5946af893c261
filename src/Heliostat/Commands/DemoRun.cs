using System.Net;
using Heliostat.Demo;
using Heliostat.Demo.Audit;
using Heliostat.DemoView;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>Runs a demo from the command line: its view, signals, and the exit status that tells whether the audit was clean.</summary>
internal static class DemoRun
{
    public static async Task<int> RunAsync(DemoOptions options, DemoViewOptions view, IReadOnlyList<IPEndPoint>? api, CancellationToken ct)
    {
        var time = TimeProvider.System;
        var live = !view.Json && !view.Plain && !Console.IsOutputRedirected
            && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null or "");
        IDemoReport report = view.Json
            ? new JsonReport(Console.Out)
            : new TextReport(Console.Out, Console.IsOutputRedirected ? int.MaxValue : Terminal.Width);

        var events = new DemoEvents(time);
        using var log = new DemoLog(events, time, LogLevel.Warning);
        using var book = new TerminalLogger(Terminal.Silent, time, Verbosity.Normal);
        using var loggers =
            LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log).AddProvider(book));
        using var signals = new StopSignals(live ? _ => { } : events.Add, time, TimeSpan.FromMinutes(2));
        await using var session = await DemoSession.StartAsync(options, DemoTopics.All, events, time, loggers, ct);
        await using var pages = await ApiStart.ServeDemoAsync(api, session.Engine, book, time);
        session.Page = pages?.Addresses[0];
        if (!live)
        {
            events.Added = report.Happened;
            report.Started(session.Snapshot());
        }

        AuditResult audit;
        using (var showing = new CancellationTokenSource())
        {
            var shown = live
                ? new LiveScreen(session, Console.Out, time).RunAsync(showing.Token)
                : ProgressAsync(session, report, view.Interval, time, showing.Token);
            try
            {
                audit = await session.RunAsync(signals.Stop, signals.Abort);
            }
            catch (OperationCanceledException) when (signals.Abort.IsCancellationRequested)
            {
                Terminal.Error.WriteLine("heliostat: stopped before both sides were compared");
                return ExitCode.Failure;
            }
            finally
            {
                await showing.CancelSoonAsync();
                await shown;
            }
        }

        if (live)
        {
            report.Started(session.Snapshot());
        }

        report.Audited(audit);
        return audit.IsClean ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task ProgressAsync(DemoSession session, IDemoReport report, TimeSpan interval, TimeProvider time,
        CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                report.Progress(session.Snapshot());
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The audit has the last word.
        }
    }
}
