namespace Heliostat.MirrorBenchmark;

/// <summary>
/// One run of one mirror. Throughput and CPU are taken from the first look at which the target held records to the look at which it held all,
/// so that what a JVM spends on starting is told apart.
/// </summary>
internal sealed record Measurement(string Codec, string Mirror)
{
    /// <summary>From the start of the process to the first record on the target.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>From then until all records were on the target.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Records that arrived within <see cref="Elapsed"/>.</summary>
    public required long Records { get; init; }

    public required double MirrorCpuSeconds { get; init; }

    /// <summary>The whole process, its start included.</summary>
    public required double MirrorCpuSecondsWithStart { get; init; }

    public required long RecordsWithStart { get; init; }

    public required double SourceCpuSeconds { get; init; }

    public required double TargetCpuSeconds { get; init; }

    public required long PeakResidentBytes { get; init; }

    public static string Header =>
        "| codec | mirror | records/s | MB/s | CPU s/GB | with start | peak RSS MB | start s | CPUs: mirror | source | target |\n" +
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

    public string Row
    {
        get
        {
            var seconds = Elapsed.TotalSeconds;
            var megabytes = Records * (double)Payload.RecordBytes / 1e6;
            return $"| {Codec} | {Mirror} | {Records / seconds:0} | {megabytes / seconds:0} | {MirrorCpuSeconds / megabytes * 1000:0.00} " +
                $"| {MirrorCpuSecondsWithStart / (RecordsWithStart * (double)Payload.RecordBytes / 1e9):0.00} | {PeakResidentBytes / 1e6:0} | {Start.TotalSeconds:0.0} " +
                $"| {MirrorCpuSeconds / seconds:0.00} | {SourceCpuSeconds / seconds:0.00} | {TargetCpuSeconds / seconds:0.00} |";
        }
    }
}
