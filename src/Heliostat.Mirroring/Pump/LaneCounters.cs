using Heliostat.Client.Producing;
using Heliostat.Mirroring.Records;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// What a lane has delivered since the process started, however often it was closed and opened, how long that took, and where it was last
/// seen. Thread-safe.
/// </summary>
/// <param name="latencies">Where the lanes of its flow count together how long batches took; null for counts of its own.</param>
internal sealed class LaneCounters(FlowLatencies? latencies = null)
{
    private readonly FlowLatencies _latencies = latencies ?? new FlowLatencies();
    private long _records;
    private long _bytes;
    private long _batches;
    private long _leftOut;
    private long _lastTimestamp = -1;
    private long _deletedAt;
    private LaneLastSeen? _lastSeen;

    /// <summary>Records acknowledged by the target.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Bytes of acknowledged batches, headers included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Batches acknowledged by the target.</summary>
    public long Batches => Volatile.Read(ref _batches);

    /// <summary>Records that were left out as was asked for; again those that were taken in again.</summary>
    public long LeftOut => Volatile.Read(ref _leftOut);

    /// <summary>Batches that could not go as they were, also those that are not acknowledged yet.</summary>
    public OpenedBatches Opened { get; } = new();

    /// <summary>How old batches were when they were taken in, by the timestamps of their youngest records.</summary>
    public AgeWindow TakenIn { get; } = new();

    /// <summary>How old batches were when the target acknowledged them.</summary>
    public AgeWindow Delivered { get; } = new();

    /// <summary>The timestamp of the youngest record of the batch that was acknowledged last; null where none has one.</summary>
    public DateTimeOffset? LastTimestamp =>
        Volatile.Read(ref _lastTimestamp) is var ms and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>
    /// When the source is expected to delete what is to be mirrored next; null where nothing is behind, or nobody can tell.
    /// </summary>
    public DateTimeOffset? DeletedAt
    {
        get => Volatile.Read(ref _deletedAt) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Volatile.Write(ref _deletedAt, value?.UtcTicks ?? 0);
    }

    /// <summary>Where the lane was when it was closed or halted; null when it never was, or is gone for good.</summary>
    public LaneLastSeen? LastSeen
    {
        get => Volatile.Read(ref _lastSeen);
        set => Volatile.Write(ref _lastSeen, value);
    }

    /// <summary>A record was left out as was asked for.</summary>
    public void LeaveOut() => Interlocked.Increment(ref _leftOut);

    /// <summary>A batch was acknowledged; one of a lane that is closed already may be, while the next one runs.</summary>
    public void Add(int records, int bytes)
    {
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _batches);
    }

    /// <summary>The same, with how long it took.</summary>
    public void Add(in ProduceBatch batch, TimeProvider time)
    {
        Add(batch.RecordCount, batch.Bytes.Length);
        var took = time.GetElapsedTime(batch.EnqueuedAt);
        _latencies.Acknowledgement.Add(took, 1);
        if (new RecordBatchHeader(batch.Bytes.Span).MaxTimestamp is var timestamp and > 0)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var age = now - Math.Min(now, timestamp);
            _latencies.Replication.Add(TimeSpan.FromMilliseconds(age), batch.RecordCount);
            TakenIn.Add(Math.Max(0, age - (long)took.TotalMilliseconds), now);
            Delivered.Add(age, now);
            Volatile.Write(ref _lastTimestamp, timestamp);
        }
    }
}
