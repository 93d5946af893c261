namespace Heliostat.Testing.Processes;

/// <summary>The built program as a child process, as an operator runs it.</summary>
public sealed class HeliostatProcess : RunningProgram
{
    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private HeliostatProcess(TemporaryFolder folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    public int Id => _process.Id;

    public override bool HasExited => _process.HasExited;

    /// <summary>What it printed to standard output so far.</summary>
    public override string Output => Read(_process.OutputFile);

    /// <summary>What it printed to standard error so far.</summary>
    public override string Errors => Read(_process.ErrorFile);

    /// <summary>The file that <c>dotnet</c> runs. The test project must reference the program's project.</summary>
    public static string Program
    {
        get
        {
            var program = Path.Combine(AppContext.BaseDirectory, "heliostat.dll");
            return File.Exists(program)
                ? program
                : throw new InvalidOperationException($"{program} is not there: reference src/Heliostat from the test project");
        }
    }

    /// <summary>Starts <c>heliostat</c> with these arguments.</summary>
    public static HeliostatProcess Start(IEnumerable<string> arguments)
    {
        var folder = new TemporaryFolder("program");
        var process = ChildProcess.Start(folder.File("heliostat"), ["dotnet", Program, .. arguments], null, separateErrors: true);
        return new HeliostatProcess(folder, process);
    }

    /// <summary>Starts a script that runs what <c>HELIOSTAT</c> names, as those in <c>bin/</c> do.</summary>
    public static HeliostatProcess StartBy(string script, IReadOnlyDictionary<string, string> environment)
    {
        var folder = new TemporaryFolder("program");
        File.WriteAllText(folder.File("run"), $"#!/bin/sh\nexec dotnet '{Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.File("run"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var all = new Dictionary<string, string>(environment) { ["HELIOSTAT"] = folder.File("run") };
        return new HeliostatProcess(folder, ChildProcess.Start(folder.File("heliostat"), ["bash", script], all, separateErrors: true));
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<HeliostatOutcome> RunAsync(IEnumerable<string> arguments, TimeSpan within, CancellationToken ct)
    {
        await using var program = Start(arguments);
        var exitCode = await program.WaitForExitAsync(within, ct);
        return new HeliostatOutcome(exitCode, program.Output, program.Errors);
    }

    public override void Signal(ProcessSignal signal) => _process.Signal(signal);

    /// <summary>
    /// Exit status, 128 + n after signal n; <see cref="TimeoutException"/> with the end of its output when it does not end.
    /// </summary>
    public override Task<int> WaitForExitAsync(TimeSpan within, CancellationToken ct) => _process.WaitForExitAsync(within, ct);

    /// <summary>Kills it when it still runs.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file) : "";
}
