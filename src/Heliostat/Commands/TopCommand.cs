using System.CommandLine;
using Heliostat.Api;
using Heliostat.Configuration;
using Heliostat.Output;
using Heliostat.Status;

namespace Heliostat.Commands;

/// <summary><c>heliostat top</c>: a running mirror on a terminal, drawn over and over, with what is in trouble first.</summary>
internal static class TopCommand
{
    private const string Enter = "\u001b[?1049h\u001b[?25l";
    private const string Leave = "\u001b[?25h\u001b[?1049l";
    private const int MostLanes = 1000;

    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly Argument<string?> Where = new("WHERE")
    {
        Description = "A URL, or the mirror's MirrorMaker 2 file [default: http://127.0.0.1:8083]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Once = new("--once")
    {
        Description = "Draw it once, and end; so it does where standard output is no terminal"
    };
    private static readonly Option<int?> Width = new("--width")
    {
        Description = "Characters in a line, where it draws once [default: 80]",
        HelpName = "N"
    };
    private static readonly Option<int?> Height = new("--height")
    {
        Description = "Lines, where it draws once [default: 24]",
        HelpName = "N"
    };

    public static Command Create()
    {
        var command = new Command("top",
            "Watch a running mirror on a terminal: flows, and the lanes that are in trouble or behind, the worst first.") { Where, Once,
                Width, Height };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        try
        {
            var (places, file) = ApiCall.Find(parsed.GetValue(Where));
            if (await ApiCall.ReachAsync(places, file, ct) is not { } found)
            {
                Terminal.Error.WriteLine($"heliostat: no mirror answers at {places[0]}; heliostat top URL|FILE names another");
                return ExitCode.Failure;
            }

            using var call = found.Call;
            if (parsed.GetValue(Once) || Console.IsOutputRedirected || Console.IsInputRedirected)
            {
                var frame = TopFrame.Of(found.Status, await LanesAsync(call, ct), new TopView(), parsed.GetValue(Width) ?? 80,
                    parsed.GetValue(Height) ?? 24, isColored: false);
                await Console.Out.WriteAsync((string.Join(Environment.NewLine, frame) + Environment.NewLine).AsMemory(), ct);
                return ExitCode.Success;
            }

            await WatchAsync(call, found.Status, ct);
            return ExitCode.Success;
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }
        catch (Refusal refusal)
        {
            ApiCall.Say(refusal);
            return ExitCode.Failure;
        }
        catch (HttpRequestException failure)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private static async Task<IReadOnlyList<LaneDocument>> LanesAsync(ApiCall call, CancellationToken ct) =>
        (await call.GetAsync($"/api/v1/lanes?top={MostLanes}&limit={MostLanes}", StatusJson.Plain.PageLaneDocument, ct)).Items;

    /// <summary>Draws and takes keys until somebody quits; gives the terminal back as it was.</summary>
    private static async Task WatchAsync(ApiCall call, StatusDocument first, CancellationToken ct)
    {
        var (status, lanes, view) = (first, await LanesAsync(call, ct), new TopView());
        var looked = TimeProvider.System.GetTimestamp();
        Console.Out.Write(Enter);
        try
        {
            using var timer = new PeriodicTimer(KeyInterval, TimeProvider.System);
            var isNew = true;
            while (!view.IsOver)
            {
                foreach (var key in TerminalKeys.Pressed())
                {
                    view.Press(key);
                    isNew = true;
                }

                if (TimeProvider.System.GetElapsedTime(looked) >= LookEvery)
                {
                    looked = TimeProvider.System.GetTimestamp();
                    isNew = true;
                    try
                    {
                        (status, lanes) = (await call.GetAsync("/api/v1/status", StatusJson.Plain.StatusDocument, ct),
                            await LanesAsync(call, ct));
                        view.NoNews = null;
                    }
                    catch (HttpRequestException failure)
                    {
                        // What was last seen stays, and is said to be old.
                        view.NoNews = failure.Message;
                    }
                }

                if (isNew)
                {
                    Draw(TopFrame.Of(status, lanes, view, Math.Max(40, Console.WindowWidth), Math.Max(10, Console.WindowHeight),
                        Environment.GetEnvironmentVariable("NO_COLOR") is null or ""));
                    isNew = false;
                }

                await timer.WaitForNextTickAsync(ct);
            }
        }
        finally
        {
            Console.Out.Write(Leave);
            Console.Out.Flush();
        }
    }

    private static void Draw(IReadOnlyList<string> lines)
    {
        Console.Out.Write($"\u001b[H{string.Join("\u001b[K\r\n", lines)}\u001b[K\u001b[J");
        Console.Out.Flush();
    }
}
