using System.Globalization;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Output;

/// <summary>A snapshot of lanes in words.</summary>
internal static class ProgressText
{
    /// <summary>What matters most comes first: a narrow terminal cuts the rest off.</summary>
    public static string Live(MirrorSnapshot s)
    {
        var paused = s.Paused.Count == 0 ? "" : $", {s.Paused.Count} PAUSED";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{s.RunningLanes} lanes{paused} | lag {Lag(s)} | {s.RecordsPerSecond:#,0} records/s | {s.BytesPerSecond / 1e6:#,0.0} MB/s | {s.Records:#,0} records, {s.Bytes / 1e6:#,0.0} MB");
    }

    public static string Fields(MirrorSnapshot s) => string.Create(
        CultureInfo.InvariantCulture,
        $"lanes={s.Lanes} running={s.RunningLanes} paused={s.Paused.Count} records={s.Records} bytes={s.Bytes} records_per_s={s.RecordsPerSecond:0} mb_per_s={s.BytesPerSecond / 1e6:0.0} lag={s.LagRecords?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}");

    public static string End(MirrorSnapshot s) => string.Create(CultureInfo.InvariantCulture, $"finished records={s.Records} bytes={s.Bytes}");

    private static string Lag(MirrorSnapshot s) =>
        s.LagRecords is not { } lag ? "unknown" : lag == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{lag:#,0} records, {(s.LagBytes ?? 0) / 1e6:#,0.0} MB");
}
