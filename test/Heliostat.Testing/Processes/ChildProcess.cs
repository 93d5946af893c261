using System.Diagnostics;
using System.Globalization;

namespace Heliostat.Testing.Processes;

/// <summary>
/// A program in a session of its own, its output in files, that cannot outlive the test host: a small shell beside it waits on a pipe
/// that only the host holds open, and kills the whole group when the host is gone, however it went.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // Descriptor 3 is the pipe from the host. "$0" is the pid file, "$1" and "$2" take the output, the rest is the command.
    private const string Script = """
        exec 3<&0; pidfile=$0; out=$1; err=$2; shift 2
        "$@" >>"$out" 2>>"$err" </dev/null 3<&- &
        child=$!; echo $child >"$pidfile"
        ( read -r _ <&3; kill -9 0 ) &
        exec 3<&-; wait $child
        """;

    private readonly Process _shell;
    private readonly string _pidFile;

    private ChildProcess(Process shell, string pidFile, string outputFile, string errorFile)
    {
        _shell = shell;
        _pidFile = pidFile;
        OutputFile = outputFile;
        ErrorFile = errorFile;
    }

    /// <summary>Where standard output is appended.</summary>
    public string OutputFile { get; }

    /// <summary>Where standard error is appended; the same file as <see cref="OutputFile"/> unless asked otherwise.</summary>
    public string ErrorFile { get; }

    /// <summary>Process id of the program itself.</summary>
    public int Id { get; private set; }

    public bool HasExited => _shell.HasExited;

    /// <summary>Exit status as a shell sees it: 128 + n after signal n.</summary>
    public int ExitCode => _shell.ExitCode;

    /// <summary>Starts <paramref name="command"/>; its files are <paramref name="stem"/>.pid, .log and, with <paramref name="separateErrors"/>, .err.</summary>
    public static async Task<ChildProcess> StartAsync(
        string stem, IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment, bool separateErrors, CancellationToken ct)
    {
        var pidFile = stem + ".pid";
        var outputFile = stem + ".log";
        var errorFile = separateErrors ? stem + ".err" : outputFile;
        File.Delete(pidFile);
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", Script, pidFile, outputFile, errorFile, .. command])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(Process.Start(start)!, pidFile, outputFile, errorFile);
        await Eventually.TrueAsync($"{stem} to start", TimeSpan.FromSeconds(30), child.ReadPid, ct);
        return child;
    }

    /// <summary>Sends to the program alone; nothing happens when it has ended.</summary>
    public void Signal(ProcessSignal signal)
    {
        if (!_shell.HasExited)
        {
            ProcessSignals.Send(Id, signal);
        }
    }

    /// <summary>Waits for the end of the program and returns its exit status; <see cref="TimeoutException"/> with the end of its output otherwise.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan within, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(within, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            await _shell.WaitForExitAsync(either.Token);
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
        if (!_shell.HasExited)
        {
            ProcessSignals.Send(-_shell.Id, ProcessSignal.Kill);
            await _shell.WaitForExitAsync(CancellationToken.None);
        }

        _shell.Dispose();
    }

    private bool ReadPid()
    {
        var known = File.Exists(_pidFile) && int.TryParse(File.ReadAllText(_pidFile), NumberStyles.None | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid)
            ? pid
            : 0;
        Id = known;
        return known != 0;
    }
}
