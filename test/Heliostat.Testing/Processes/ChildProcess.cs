using System.Diagnostics;

namespace Heliostat.Testing.Processes;

/// <summary>
/// A program in a session of its own, its output in files, that cannot outlive the test host: a small shell beside it waits on a pipe
/// that only the host holds open, and kills the whole group when the host is gone, however it went.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // Descriptor 3 is the pipe from the host; "$0" and "$1" take the output, the rest is the command, which takes the shell's place,
    // with an interrupt and a hang-up that are not ignored: where tests run as a background job of a script, or under nohup, they are.
    private const string Script = """
        exec 3<&0
        ( read -r _ <&3; kill -9 0 ) &
        out=$0; err=$1; shift
        exec env --default-signal=INT,HUP "$@" >>"$out" 2>>"$err" </dev/null 3<&-
        """;

    private readonly Process _process;

    private ChildProcess(Process process, string outputFile, string errorFile)
    {
        _process = process;
        OutputFile = outputFile;
        ErrorFile = errorFile;
    }

    /// <summary>Where standard output is appended.</summary>
    public string OutputFile { get; }

    /// <summary>Where standard error is appended; the same file as <see cref="OutputFile"/> unless asked otherwise.</summary>
    public string ErrorFile { get; }

    /// <summary>Process id, and that of the group it leads.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Exit status as a shell sees it: 128 + n after signal n.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>
    /// Starts <paramref name="command"/>; its output goes to <paramref name="stem"/>.log and, with <paramref name="separateErrors"/>, .err.
    /// </summary>
    public static ChildProcess Start(string stem, IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment,
        bool separateErrors)
    {
        var outputFile = stem + ".log";
        var errorFile = separateErrors ? stem + ".err" : outputFile;
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", Script, outputFile, errorFile, .. command])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!, outputFile, errorFile);
    }

    /// <summary>Sends to the program alone; nothing happens when it has ended.</summary>
    public void Signal(ProcessSignal signal)
    {
        if (!_process.HasExited)
        {
            ProcessSignals.Send(Id, signal);
        }
    }

    /// <summary>
    /// Waits for the end of the program and returns its exit status; <see cref="TimeoutException"/> with the end of its output otherwise.
    /// </summary>
    public async Task<int> WaitForExitAsync(TimeSpan within, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(within, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            await _process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"process {Id} still runs after {within.TotalSeconds:0} s. Its output ends:\n{Tail()}");
        }

        return ExitCode;
    }

    /// <summary>The last <paramref name="lines"/> lines of its output.</summary>
    public string Tail(int lines = 40) => string.Join('\n', (File.Exists(OutputFile) ? File.ReadAllLines(OutputFile) : [])
        .Concat(ErrorFile != OutputFile && File.Exists(ErrorFile) ? File.ReadAllLines(ErrorFile) : []).TakeLast(lines));

    /// <summary>Kills the program and all that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            ProcessSignals.Send(-_process.Id, ProcessSignal.Kill);
            await Eventually.EndsAsync($"process {_process.Id}", _process.WaitForExitAsync(CancellationToken.None), () => Tail());
        }

        _process.Dispose();
    }
}
