using Heliostat.Output.Logs;

namespace Heliostat.Output;

/// <summary>
/// Shows how a mirror does: a live line on a terminal, otherwise one line an interval; JSON lines on standard output when asked for.
/// </summary>
internal sealed class ProgressLoop(IProgress progress, Terminal terminal, TerminalLogger log, TimeProvider time, TimeSpan interval,
    bool json)
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await ShowAsync(live: terminal.IsTerminal && !json, ct);
            if (json)
            {
                Show(live: false);
            }
        }
        catch (IOException)
        {
            // Who read this has gone; the mirror goes on.
        }
    }

    /// <summary>Until cancelled.</summary>
    private async Task ShowAsync(bool live, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(live ? LiveInterval : interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                Show(live);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            if (live)
            {
                terminal.Status("");
            }
        }
    }

    private void Show(bool live)
    {
        if (json)
        {
            Console.Out.WriteLine(progress.Json());
        }
        else if (live)
        {
            terminal.Status(progress.Live(Terminal.Width));
        }
        else
        {
            foreach (var (subject, text) in progress.Lines())
            {
                log.WriteProgress(subject, text);
            }
        }
    }
}
