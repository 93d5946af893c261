using System.Globalization;

namespace Heliostat.MirrorBenchmark;

/// <summary>
/// One run of one mirror. Throughput and CPU are taken from the first look at which the target held records to the look at which it held
/// all, so that what a JVM spends on starting is told apart.
/// </summary>
internal sealed record Measurement(string Codec, string Mirror, Sighting Begin, Sighting End)
{
    public const string Header =
        "| codec | mirror | records/s | MB/s | CPU s/GB | user | system | with start | peak RSS MB | start s | CPUs: mirror | source | "
            + "target | others | idle |\n" +
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

    /// <summary>How many looked at it; null where it had no API.</summary>
    public int? Viewers { get; init; }

    /// <summary>The mirror, and how many looked.</summary>
    public string Title => Viewers switch
    {
        null => Mirror,
        0 => Mirror + ", nobody looks",
        _ => $"{Mirror}, {Viewers} look",
    };

    public double RecordsPerSecond => Gigabytes * 1e9 / Payload.RecordBytes / Seconds;

    public double CpuSecondsPerGigabyte => Used.CpuSeconds / Gigabytes;

    private double Seconds => (End.After - Begin.After).TotalSeconds;

    private double Gigabytes => (End.Bytes - Begin.Bytes) / 1e9;

    private ProcessUsage Used => End.Mirror - Begin.Mirror;

    public string Row
    {
        get
        {
            var (mirror, source, target) = (Used.CpuSeconds / Seconds, (End.Source - Begin.Source).CpuSeconds / Seconds,
                (End.Target - Begin.Target).CpuSeconds / Seconds);
            var machine = End.Machine - Begin.Machine;
            var (busy, idle) = (machine.BusySeconds / Seconds, machine.IdleSeconds / Seconds);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {Codec} | {Title} | {RecordsPerSecond:0} | {Gigabytes * 1000 / Seconds:0} " +
                $"| {CpuSecondsPerGigabyte:0.00} | {Used.UserSeconds / Gigabytes:0.00} | {Used.SystemSeconds / Gigabytes:0.00} " +
                $"| {End.Mirror.CpuSeconds / (End.Bytes / 1e9):0.00} | {End.Mirror.PeakResidentBytes / 1e6:0} | "
                    + $"{Begin.After.TotalSeconds:0.0} " +
                $"| {mirror:0.00} | {source:0.00} | {target:0.00} | {Math.Max(0, busy - mirror - source - target):0.00} | {idle:0.00} |");
        }
    }
}
