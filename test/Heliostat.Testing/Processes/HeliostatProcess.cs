namespace Heliostat.Testing.Processes;

/// <summary>The built program as a child process, as an operator runs it.</summary>
public sealed class HeliostatProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private HeliostatProcess(TemporaryFolder folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it printed to standard output so far.</summary>
    public string Output => Read(_process.OutputFile);

    /// <summary>What it printed to standard error so far.</summary>
    public string Errors => Read(_process.ErrorFile);

    /// <summary>Starts <c>heliostat</c> with these arguments. The test project must reference the program's project.</summary>
    public static HeliostatProcess Start(IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "heliostat.dll");
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"{program} is not there: reference src/Heliostat from the test project");
        }

        var folder = new TemporaryFolder("program");
        var process = ChildProcess.Start(folder.File("heliostat"), ["dotnet", program, .. arguments], null, separateErrors: true);
        return new HeliostatProcess(folder, process);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<HeliostatOutcome> RunAsync(IEnumerable<string> arguments, TimeSpan within, CancellationToken ct)
    {
        await using var program = Start(arguments);
        var exitCode = await program.WaitForExitAsync(within, ct);
        return new HeliostatOutcome(exitCode, program.Output, program.Errors);
    }

    public void Signal(ProcessSignal signal) => _process.Signal(signal);

    /// <summary>Exit status, 128 + n after signal n; <see cref="TimeoutException"/> with the end of its output when it does not end.</summary>
    public Task<int> WaitForExitAsync(TimeSpan within, CancellationToken ct) => _process.WaitForExitAsync(within, ct);

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
            throw new TimeoutException($"{e.Message}. The program's output ends:\n{_process.Tail()}", e);
        }

        if (HasExited && !await condition(ct))
        {
            throw new InvalidOperationException($"waited for {what}, but the program ended with {_process.ExitCode}. Its output ends:\n{_process.Tail()}");
        }
    }

    /// <summary>Kills it when it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file) : "";
}
