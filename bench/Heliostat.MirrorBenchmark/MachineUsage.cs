using System.Globalization;

namespace Heliostat.MirrorBenchmark;

/// <summary>What all processors of the machine together did since it was started.</summary>
internal readonly record struct MachineUsage(double BusySeconds, double IdleSeconds)
{
    private const double TicksPerSecond = 100;

    public static MachineUsage operator -(MachineUsage end, MachineUsage begin) =>
        new(end.BusySeconds - begin.BusySeconds, end.IdleSeconds - begin.IdleSeconds);

    public static MachineUsage Now()
    {
        // cpu user nice system idle iowait irq softirq steal ...
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9];
        var ticks = Array.ConvertAll(fields, field => long.Parse(field, CultureInfo.InvariantCulture));
        var idle = ticks[3] + ticks[4];
        return new MachineUsage((ticks.Sum() - idle) / TicksPerSecond, idle / TicksPerSecond);
    }
}
