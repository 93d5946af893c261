using System.Diagnostics;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Records;

namespace Heliostat.RecordBenchmark;

/// <summary>One measurement.</summary>
/// <param name="MegabytesPerSecond">Millions of bytes of values in a second of processor time.</param>
/// <param name="Nanoseconds">Processor time of a record.</param>
/// <param name="Clock">Nanoseconds of a record by the clock: with what a JVM beside takes.</param>
/// <param name="Allocated">Bytes allocated for a record.</param>
internal sealed record RecordRun(double MegabytesPerSecond, double Nanoseconds, double Clock, double Allocated)
{
    private const int MostDecompressed = 1 << 28;
    private const int MostBatch = 1 << 26;
    private const int Fill = 1 << 20;

    /// <summary>
    /// The same batch again and again, as a lane takes it: it is looked at, and where something changes it is built anew.
    /// </summary>
    public static RecordRun Of(byte[] batch, RecordRules rules, TimeSpan time)
    {
        using var path = new RecordPath(MostDecompressed);
        Take(path, batch, rules, time / 2);
        var (allocated, began, at) = (GC.GetAllocatedBytesForCurrentThread(), Processor(), TimeProvider.System.GetTimestamp());
        var batches = Take(path, batch, rules, time);
        var (used, took) = (Processor() - began, TimeProvider.System.GetElapsedTime(at));
        var records = (double)batches * RecordCases.Records;
        return new RecordRun(records * RecordCases.ValueBytes / 1e6 / used.TotalSeconds, used.TotalNanoseconds / records,
            took.TotalNanoseconds / records,
            (GC.GetAllocatedBytesForCurrentThread() - allocated) / records);
    }

    private static TimeSpan Processor()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static long Take(RecordPath path, byte[] batch, RecordRules rules, TimeSpan time)
    {
        var output = new Output();
        var (batches, through) = (0L, new long[1]);
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < time; batches++)
        {
            through[0] = 0;
            path.Open(output, new PositionTracker(0, -1), through, MostBatch, Fill, new AskedOfRecords(null, rules));
            if (!path.KeepsAll(batch))
            {
                path.Append(batch, RecordCases.Records, 0);
                path.Flush();
            }
        }

        return batches;
    }

    /// <summary>Takes everything, and forgets it.</summary>
    private sealed class Output : IBatchOutput
    {
        public bool WantsRuns => false;

        public int Place(NullableSpan key) => 0;

        public void LeavesOut()
        {
        }

        public RecordFate Fails(long offset, string why) => throw new InvalidOperationException(why);

        public bool Emit(int outlet, ReadOnlySpan<byte> batch, long first, long next, int records, OffsetRun[]? runs) => true;
    }
}
