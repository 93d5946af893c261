using System.Diagnostics;
using System.Globalization;

namespace Heliostat.Mirroring.Sharing;

/// <summary>
/// Tells this process from all others of all machines, and one that has ended from one that only does not answer: by the start of the
/// machine, the namespace in which its number counts, the number, and the moment it began. Known on Linux, in its <c>/proc</c>; elsewhere
/// nothing is told of anybody.
/// </summary>
internal static class ProcessMark
{
    /// <summary>
    /// After the name of the program, which may hold anything: the state is the first field, the start the 20th (proc_pid_stat(5), fields 3
    /// and 22).
    /// </summary>
    private const int StartField = 19;

    /// <summary>This process; null where it cannot be told.</summary>
    public static string? Own { get; } = Read(Environment.ProcessId) is { State: not 'Z' } own && Place() is { } place
        ? $"{place}/{Environment.ProcessId}/{own.Start}"
        : null;

    /// <summary>It ran on this machine, since it was started, and runs no more. False where that is not certain.</summary>
    public static bool HasEnded(string? mark)
    {
        var parts = mark?.Split('/');
        if (Own is null || parts is not [_, _, var number, var start] || Place() != $"{parts[0]}/{parts[1]}"
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        return Read(id) is not { } now ? !IsThere(id) : now.State is 'Z' or 'X' || now.Start != start;
    }

    /// <summary>
    /// The kernel knows the number, also where <c>/proc</c> hides what is another user's (its mount option <c>hidepid</c>).
    /// </summary>
    private static bool IsThere(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? Place()
    {
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget is { } numbers
                ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{numbers}"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (char State, string Start)? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > StartField ? (fields[0][0], fields[StartField]) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
