using System.Runtime.InteropServices;

namespace Heliostat.Testing.Processes;

/// <summary>The signals that tests send, by their Linux numbers.</summary>
public enum ProcessSignal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

internal static class ProcessSignals
{
    /// <summary>Sends to one process, or to a group when <paramref name="pid"/> is negative; false when there is none.</summary>
    public static bool Send(int pid, ProcessSignal signal) => Kill(pid, (int)signal) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
