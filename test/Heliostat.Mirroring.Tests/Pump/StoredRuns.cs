using Heliostat.Client.Producing;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>Source offsets and where they stand on the target, run by run, as a lane's observer hears of them.</summary>
internal sealed class StoredRuns : ILaneObserver
{
    public List<(long Source, long Target, int Count)> Runs { get; } = new(1024);

    public void Stored(in ProduceBatch batch, long baseOffset)
    {
        if (batch.Note is not OffsetRun[] runs)
        {
            Runs.Add((batch.FirstSourceOffset, baseOffset, batch.RecordCount));
            return;
        }

        foreach (var run in runs)
        {
            Runs.Add((run.First, baseOffset, run.Count));
            baseOffset += run.Count;
        }
    }
}
