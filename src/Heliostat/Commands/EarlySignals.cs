using System.Runtime.InteropServices;

namespace Heliostat.Commands;

/// <summary>
/// SIGTERM and SIGINT before a long-running command has begun: nothing is under way yet, so the program ends in good order at once, where
/// the runtime would end it with the signal.
/// </summary>
internal static class EarlySignals
{
    private static readonly string[] LongRunning = ["run", "mirror", MirrorMakerCommand.Name, RunCommand.DropInName, "demo", "broker"];

    private static PosixSignalRegistration[] _registrations = [];

    /// <summary>To be called first of all.</summary>
    public static void Watch(string[] args)
    {
        if (args is [var command, ..] && LongRunning.Contains(command))
        {
            _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
                PosixSignalRegistration.Create(PosixSignal.SIGINT, End)];
        }
    }

    /// <summary>Somebody else listens now.</summary>
    public static void Over()
    {
        foreach (var registration in Interlocked.Exchange(ref _registrations, []))
        {
            registration.Dispose();
        }
    }

    private static void End(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _registrations).Length > 0)
        {
            Environment.Exit(ExitCode.Success);
        }
    }
}
