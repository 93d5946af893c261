using System.Globalization;

namespace Heliostat.MirrorBenchmark;

/// <summary>What Linux says a process has used since it began, all its threads together.</summary>
internal readonly record struct ProcessUsage(double UserSeconds, double SystemSeconds, long PeakResidentBytes)
{
    private const double TicksPerSecond = 100;

    public double CpuSeconds => UserSeconds + SystemSeconds;

    public static ProcessUsage operator -(ProcessUsage end, ProcessUsage begin) =>
        new(end.UserSeconds - begin.UserSeconds, end.SystemSeconds - begin.SystemSeconds, end.PeakResidentBytes);

    public static ProcessUsage Of(int pid)
    {
        // The name of the program, in parentheses, may hold blanks; utime and stime are the 14th and 15th field.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var peak = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return new ProcessUsage(
            Number(fields[11]) / TicksPerSecond,
            Number(fields[12]) / TicksPerSecond,
            Number(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
