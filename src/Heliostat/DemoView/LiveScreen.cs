using Heliostat.Demo;
using Heliostat.Output;
using Spectre.Console;

namespace Heliostat.DemoView;

/// <summary>The demo on a terminal: a picture that is drawn over and over on a screen of its own, and keys.</summary>
internal sealed class LiveScreen(DemoSession session, TextWriter output, TimeProvider time)
{
    private const string Enter = "\u001b[?1049h\u001b[?25l";
    private const string Leave = "\u001b[?25h\u001b[?1049l";
    private const string Home = "\u001b[H";
    private const string EndOfLine = "\u001b[K";
    private const string EndOfScreen = "\u001b[J";
    private const int KeysBetweenFrames = 5;
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Draws and takes keys until cancelled, then gives the terminal back as it was.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await output.WriteAsync(Enter);
        using var timer = new PeriodicTimer(KeyInterval, time);
        try
        {
            for (var turn = 0; ; turn++)
            {
                var pressed = Keys();
                if (pressed || turn % KeysBetweenFrames == 0)
                {
                    await DrawAsync();
                }

                await timer.WaitForNextTickAsync(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
        finally
        {
            await output.WriteAsync(Leave);
            await output.FlushAsync(CancellationToken.None);
        }
    }

    private bool Keys()
    {
        var pressed = false;
        foreach (var key in Console.IsInputRedirected ? [] : TerminalKeys.Pressed())
        {
            pressed = true;
            switch (char.ToLowerInvariant(key.KeyChar))
            {
                case 's':
                    session.Restart(DemoSide.Source);
                    break;
                case 't':
                    session.Restart(DemoSide.Target);
                    break;
                case 'q' or TerminalKeys.EndOfInput:
                    session.End();
                    break;
            }
        }

        return pressed;
    }

    private async Task DrawAsync()
    {
        var (width, height) = (Math.Max(Console.WindowWidth, 40), Math.Max(Console.WindowHeight, 10));
        var lines = Frames.Render(session.Snapshot(), width, height, AnsiConsole.Profile.Capabilities.ColorSystem);
        await output.WriteAsync(Home + string.Join(EndOfLine + "\r\n", lines) + EndOfLine + EndOfScreen);
        await output.FlushAsync();
    }
}
