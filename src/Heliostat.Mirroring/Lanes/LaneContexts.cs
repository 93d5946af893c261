using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Lanes;

/// <summary>What lanes share, from what the user asked of both sides.</summary>
internal static class LaneContexts
{
    /// <summary>Bytes that may wait for a target partition, however little is fetched at once.</summary>
    private const long LeastQueueBytes = 1024 * 1024;

    public static LaneContext Of(SourceOptions source, TargetOptions target, RecordPathPool paths, FlowScope scope) => new()
    {
        Time = scope.Time,
        Frames = scope.Frames,
        RecordPaths = paths,
        Logger = scope.Logger,
        ReadCommitted = source.Fetch.IsolationLevel == IsolationLevel.ReadCommitted,
        CheckCrcs = source.CheckCrcs,
        BatchBytes = target.BatchBytes,
        Lingers = target.Linger > TimeSpan.Zero,
        QueueBytes = Math.Max(source.Fetch.MaxPartitionBytes, LeastQueueBytes),
        TargetServers = string.Join(',', target.Client.BootstrapServers.Select(Bootstrap.Text)),
        Abort = null,
    };
}
