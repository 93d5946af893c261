using System.Globalization;
using Heliostat.Demo;

namespace Heliostat.DemoView;

/// <summary>Numbers and times as the demo's views write them.</summary>
internal static class Words
{
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>An amount that may not be known yet.</summary>
    public static string Known(long? count) => count is { } known ? Count(known) : "unknown";

    public static string Rate(double perSecond) => perSecond.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Megabytes(double bytesPerSecond) => (bytesPerSecond / 1e6).ToString("0.0", CultureInfo.InvariantCulture);

    public static string Time(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset at) => at.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Phase(DemoPhase phase) => phase switch
    {
        DemoPhase.Starting => "starting",
        DemoPhase.Running => "running",
        DemoPhase.CatchingUp => "producers have stopped, catching up",
        _ => "reading and comparing both sides",
    };

    /// <summary>How to look at a side with kcat: its first server is enough.</summary>
    public static string Kcat(string servers) => $"kcat -C -b {servers.Split(',')[0]} -t orders -o -5 -e";
}
