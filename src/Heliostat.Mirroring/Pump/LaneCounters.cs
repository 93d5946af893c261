namespace Heliostat.Mirroring.Pump;

/// <summary>What a lane has delivered. Written under the lane's lock, read by anybody.</summary>
internal sealed class LaneCounters
{
    private long _records;
    private long _bytes;

    /// <summary>Records acknowledged by the target.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Bytes of acknowledged batches, headers included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(int records, int bytes)
    {
        Volatile.Write(ref _records, _records + records);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }
}
