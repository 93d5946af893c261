namespace Heliostat.Testing.Processes;

/// <summary>A program that a test started and watches.</summary>
public abstract class RunningProgram : IAsyncDisposable
{
    public abstract bool HasExited { get; }

    /// <summary>What it printed to standard output so far.</summary>
    public abstract string Output { get; }

    /// <summary>What it printed to standard error so far.</summary>
    public abstract string Errors { get; }

    public abstract void Signal(ProcessSignal signal);

    /// <summary>
    /// Exit status, 128 + n after signal n; <see cref="TimeoutException"/> with the end of its output when it does not end.
    /// </summary>
    public abstract Task<int> WaitForExitAsync(TimeSpan within, CancellationToken ct);

    /// <summary>SIGTERM, and the exit status.</summary>
    public Task<int> StopAsync(CancellationToken ct)
    {
        Signal(ProcessSignal.Terminate);
        return WaitForExitAsync(TimeSpan.FromMinutes(1), ct);
    }

    /// <summary>Waits until <paramref name="condition"/> holds; throws at once, with its output, when the program ends before.</summary>
    public async Task RunsUntilAsync(string what, TimeSpan within, Func<CancellationToken, Task<bool>> condition, CancellationToken ct)
    {
        try
        {
            await Eventually.ValueAsync(what, within, async token => await condition(token) || HasExited, seen => seen, ct);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}. The program's output ends:\n{Tail()}", e);
        }

        if (HasExited && !await condition(ct))
        {
            throw new InvalidOperationException(
                $"waited for {what}, but the program ended with {await WaitForExitAsync(within, ct)}. Its output ends:\n{Tail()}");
        }
    }

    /// <summary>Ends it when it still runs.</summary>
    public abstract ValueTask DisposeAsync();

    private string Tail() => string.Join('\n', (Output + Errors).Split('\n').TakeLast(40));
}
