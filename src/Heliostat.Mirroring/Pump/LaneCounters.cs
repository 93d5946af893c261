using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>What a lane has delivered since the process started, however often it was closed and opened, and where it was last seen. Thread-safe.</summary>
internal sealed class LaneCounters
{
    private long _records;
    private long _bytes;
    private long _batches;
    private LaneStand? _lastSeen;

    /// <summary>Records acknowledged by the target.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Bytes of acknowledged batches, headers included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Batches acknowledged by the target.</summary>
    public long Batches => Volatile.Read(ref _batches);

    /// <summary>Batches that could not go as they were, also those that are not acknowledged yet.</summary>
    public OpenedBatches Opened { get; } = new();

    /// <summary>Where the lane was when it was closed or halted; null when it never was, or is gone for good.</summary>
    public LaneStand? LastSeen
    {
        get => Volatile.Read(ref _lastSeen);
        set => Volatile.Write(ref _lastSeen, value);
    }

    /// <summary>A batch was acknowledged; one of a lane that is closed already may be, while the next one runs.</summary>
    public void Add(int records, int bytes)
    {
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _batches);
    }
}
