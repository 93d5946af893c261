namespace Heliostat.Mirroring.Pump;

/// <summary>How long the batches and records of a flow took, over all its lives. Thread-safe.</summary>
internal sealed class FlowLatencies
{
    /// <summary>From taken in to acknowledged, batch by batch: ours and the target's, by one clock.</summary>
    public LatencyCounts Acknowledgement { get; } = new();

    /// <summary>
    /// From the timestamp of a batch's youngest record to its acknowledgement, record by record: by the clocks of producers and ours.
    /// </summary>
    public LatencyCounts Replication { get; } = new();
}
