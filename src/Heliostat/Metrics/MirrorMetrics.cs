namespace Heliostat.Metrics;

/// <summary>All metrics, each declared once; <c>docs/metrics.md</c> is made from here.</summary>
internal static class MirrorMetrics
{
    public static readonly Metric Build = new("heliostat_build_info", MetricKind.Fact, "version, runtime", "The program that runs.");

    public static readonly Metric Flow = new("heliostat_flow_info", MetricKind.Fact, "flow, source, target",
        "A flow of this process and the clusters it goes between.");

    public static readonly Metric FlowState = new(
        "heliostat_flow_state", MetricKind.Gauge, "flow, state",
        "1 for what a flow does now, 0 for the rest: starting, running, waiting (tries again by itself), refused (somebody has to act), "
            + "stopped.");

    public static readonly Metric Lanes = new(
        "heliostat_lanes", MetricKind.Gauge, "flow, state",
        "Source partitions by what they do: live, waiting (to be opened), paused (tried again by itself), failed (until somebody acts), "
            + "stopped (the flow does not run).");

    public static readonly Metric LagRecords = new(
        "heliostat_lag_records", MetricKind.Gauge, "flow, topic",
        "Offsets between what the target acknowledged and the source's end, also while nothing moves; of lanes that are not open as they "
            + "were last seen.");

    public static readonly Metric LagBytes = new(
        "heliostat_lag_bytes", MetricKind.Gauge, "flow, topic",
        "The lag in bytes, estimated from what the topic's records took so far; absent before the first.");

    public static readonly Metric LagSeconds = new(
        "heliostat_lag_seconds", MetricKind.Gauge, "flow, topic",
        "How long the oldest record has waited that is not on the target, of the topic's worst lane: 0 when nothing is behind, also while "
            + "nothing moves. By our own clock; of what was there before the start it is at least that.");

    public static readonly Metric RetentionMargin = new(
        "heliostat_retention_margin_seconds", MetricKind.Gauge, "flow, topic",
        "Until the source is expected to delete what is not mirrored yet, of the topic's worst lane: by retention.ms, or by how its log "
            + "start moves; absent where nothing is behind or nothing is deleted.");

    public static readonly Metric AckLatency = new(
        "heliostat_ack_latency_seconds", MetricKind.Histogram, "flow",
        "Of each batch: from fetched to acknowledged by the target, by one clock.");

    public static readonly Metric ReplicationLatency = new(
        "heliostat_replication_latency_seconds", MetricKind.Histogram, "flow",
        "Of each record: from the timestamp of its batch's youngest record to the target's acknowledgement, by the clocks of its producer "
            + "and ours; catching up counts as well.");

    public static readonly Metric LagUnknown = new(
        "heliostat_lanes_lag_unknown", MetricKind.Gauge, "flow",
        "Lanes whose lag is not known, and not part of the lag: their source was not seen yet, or is away.");

    public static readonly Metric Schemas = new("heliostat_schemas", MetricKind.Gauge, "flow",
        "Ids of the source's schema registry that are known on the target (heliostat.schemas).");

    public static readonly Metric SchemasRegistered = new("heliostat_schemas_registered_total", MetricKind.Counter, "flow",
        "Schemas that this process registered in the target's registry.");

    public static readonly Metric AuditVerified = new("heliostat_audit_records_total", MetricKind.Counter, "flow",
        "Records that the background audit found to be the same on both sides, in whichever process.");

    public static readonly Metric AuditBytes = new("heliostat_audit_bytes_total", MetricKind.Counter, "flow",
        "Bytes that the background audit read of both sides, in whichever process.");

    public static readonly Metric AuditFound = new("heliostat_audit_found_records_total", MetricKind.Counter, "flow, kind",
        "Records that the background audit found to be missing, there twice, foreign, out of order or changed.");

    public static readonly Metric SchemasRefused = new("heliostat_schema_subjects_refused", MetricKind.Gauge, "flow",
        "Subjects that the target's schema registry does not take.");

    public static readonly Metric Records = new("heliostat_records_total", MetricKind.Counter, "flow, topic",
        "Records that the target acknowledged.");

    public static readonly Metric Bytes = new("heliostat_bytes_total", MetricKind.Counter, "flow, topic",
        "Bytes of record batches that the target acknowledged, as they are on the wire.");

    public static readonly Metric Batches = new("heliostat_batches_total", MetricKind.Counter, "flow, topic",
        "Record batches that the target acknowledged.");

    public static readonly Metric LeftOut = new(
        "heliostat_records_left_out_total", MetricKind.Counter, "flow, topic",
        "Records that transforms, heliostat.records.* or heliostat.provenance left out; again those that were read again.");

    public static readonly Metric Losses = new(
        "heliostat_losses_total", MetricKind.Counter, "flow, topic, kind",
        "Losses that were met, each once, by the kinds of heliostat.on.<kind>: gap, recreated, truncated and so on.");

    public static readonly Metric GapRecords = new(
        "heliostat_gap_records_total", MetricKind.Counter, "flow, topic",
        "Source offsets that retention deleted before they were mirrored.");

    public static readonly Metric EqualLanes = new("heliostat_equal_offsets_lanes", MetricKind.Gauge, "flow",
        "Lanes whose records have the offsets of the source (`heliostat.offsets = equal`); absent where nobody asked for that.");

    public static readonly Metric UnequalLanes = new("heliostat_unequal_offsets_lanes", MetricKind.Gauge, "flow",
        "Lanes whose records were to have the offsets of the source, and have not.");

    public static readonly Metric Filling = new("heliostat_filling_offsets", MetricKind.Gauge, "flow",
        "Offsets without a record that are being filled on the target, those that are done included; absent where none are.");

    public static readonly Metric Filled = new("heliostat_filling_done_offsets", MetricKind.Gauge, "flow",
        "Of them: those that are done.");

    public static readonly Metric FillingLeft = new("heliostat_filling_left_seconds", MetricKind.Gauge, "flow",
        "How long that takes from now, at the pace so far.");

    public static readonly Metric PositionsStored = new(
        "heliostat_positions_stored_timestamp_seconds", MetricKind.Gauge, "flow",
        "When the positions of all lanes were last stored; absent before the first time.");

    public static readonly Metric MemoryBudget = new("heliostat_memory_budget_bytes", MetricKind.Gauge, "",
        "Bytes that may be held between the clusters; reading stops when they are used up.");

    public static readonly Metric MemoryUsed = new("heliostat_memory_used_bytes", MetricKind.Gauge, "",
        "Bytes that are held between the clusters.");

    public static readonly Metric CpuSeconds = new("process_cpu_seconds_total", MetricKind.Counter, "", "User and system CPU time.");

    public static readonly Metric ResidentMemory = new("process_resident_memory_bytes", MetricKind.Gauge, "", "Resident memory.");

    public static readonly Metric StartTime = new("process_start_time_seconds", MetricKind.Gauge, "", "When the process started.");

    public static readonly Metric Threads = new("process_threads", MetricKind.Gauge, "", "Threads of the process.");

    public static readonly Metric HeapBytes = new("dotnet_gc_heap_bytes", MetricKind.Gauge, "",
        "The managed heap after its last collection.");

    public static readonly Metric Collections = new("dotnet_gc_collections_total", MetricKind.Counter, "generation",
        "Garbage collections, each counted in the oldest generation that it reached.");

    public static readonly Metric PauseSeconds = new("dotnet_gc_pause_seconds_total", MetricKind.Counter, "",
        "Time for which garbage collections stopped the program.");

    public static readonly Metric PoolThreads = new("dotnet_thread_pool_threads", MetricKind.Gauge, "", "Threads of the thread pool.");

    public static readonly Metric LaneState = new("heliostat_lane_state", MetricKind.Gauge, "flow, topic, partition, state",
        "1 with what the lane does now; the words are those of heliostat_lanes.");

    public static readonly Metric LaneLag = new("heliostat_lane_lag_records", MetricKind.Gauge, "flow, topic, partition",
        "Offsets between what the target acknowledged and the source's end.");

    public static readonly Metric LaneLagSeconds = new("heliostat_lane_lag_seconds", MetricKind.Gauge, "flow, topic, partition",
        "How long the oldest record has waited that is not on the target; 0 when nothing is behind.");

    public static readonly Metric LanePosition = new("heliostat_lane_position", MetricKind.Gauge, "flow, topic, partition",
        "The next source offset to mirror.");

    public static readonly Metric LaneEqualOffsets = new("heliostat_lane_equal_offsets", MetricKind.Gauge, "flow, topic, partition",
        "1 while records have the offsets of the source (`heliostat.offsets = equal`), 0 since they have not; absent where nobody asked "
            + "for that.");

    public static readonly Metric LaneEqualSince = new("heliostat_lane_equal_since_offset", MetricKind.Gauge, "flow, topic, partition",
        "The first offset whose record is the source's (`heliostat.offsets = equal`); absent where nobody asked for that.");

    public static readonly Metric LaneUnequalSince = new("heliostat_lane_unequal_since_offset", MetricKind.Gauge, "flow, topic, partition",
        "The first offset whose record is not the source's; absent where there is none. Why is in the lane's cause (GET /lanes).");

    public static readonly Metric LaneFilling = new("heliostat_lane_filling_offsets", MetricKind.Gauge, "flow, topic, partition",
        "Offsets without a record that are being filled on the target, those that are done included; absent where none are.");

    public static readonly Metric LaneFilled = new("heliostat_lane_filling_done_offsets", MetricKind.Gauge, "flow, topic, partition",
        "Of them: those that are done.");

    public static readonly Metric LaneFillingLeft = new("heliostat_lane_filling_left_seconds", MetricKind.Gauge, "flow, topic, partition",
        "How long that takes from now, at the pace so far.");

    public static readonly Metric LaneRecords = new("heliostat_lane_records_total", MetricKind.Counter, "flow, topic, partition",
        "Records that the target acknowledged.");

    public static readonly Metric LaneBytes = new("heliostat_lane_bytes_total", MetricKind.Counter, "flow, topic, partition",
        "Bytes of record batches that the target acknowledged.");

    /// <summary>What <c>/metrics</c> gives.</summary>
    public static IReadOnlyList<Metric> OnMain { get; } =
    [
        Build, Flow, FlowState, Lanes, LagRecords, LagBytes, LagSeconds, RetentionMargin, LagUnknown, EqualLanes, UnequalLanes, Filling,
        Filled, FillingLeft, Schemas, SchemasRegistered, SchemasRefused, AuditVerified, AuditBytes, AuditFound,
        Records, Bytes, Batches, LeftOut, AckLatency, ReplicationLatency,
        Losses, GapRecords, PositionsStored, MemoryBudget, MemoryUsed, CpuSeconds, ResidentMemory, StartTime, Threads, HeapBytes,
        Collections, PauseSeconds, PoolThreads,
    ];

    /// <summary>What <c>/metrics/lanes</c> gives.</summary>
    public static IReadOnlyList<Metric> OnLanes { get; } =
    [
        LaneState, LaneLag, LaneLagSeconds, LanePosition, LaneEqualOffsets, LaneEqualSince, LaneUnequalSince, LaneFilling, LaneFilled,
        LaneFillingLeft, LaneRecords, LaneBytes,
    ];
}
