using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Decides when small adjacent batches are merged on the record path instead of passed one by one. One batch per partition and request and five
/// requests in flight bound a lane to <c>5 * batch / round trip</c>, and each batch costs both brokers the same whatever it holds.
/// Merging waits for nothing: only what one fetch answer brought is merged, and only when it brought a good deal, which is when the lane is behind.
/// </summary>
internal struct MergeRule
{
    /// <summary>An answer with less than this for the lane is live traffic: forwarded at once, as it is.</summary>
    private const int BehindBytes = 64 * 1024;

    private const int SmallBytes = 4 * 1024;

    /// <summary>Compressed batches cost far more to open.</summary>
    private const int SmallCompressedBytes = 1024;
    private const int SmallCompressedFarBytes = 16 * 1024;

    /// <summary>From here on an acknowledgement is so far away that merging pays for any batch below the target size.</summary>
    private static readonly TimeSpan Far = TimeSpan.FromMilliseconds(50);

    private TimeSpan _latency;
    private int _below;
    private int _compressedBelow;

    /// <summary>A batch was acknowledged so long after it was taken in; a smoothed value is kept.</summary>
    public void Took(TimeSpan time) => _latency += (time - _latency) / 8;

    /// <summary>Begins a fetch answer of <paramref name="fetchedBytes"/> for the lane; batches are merged to <paramref name="batchBytes"/>.</summary>
    public void Begin(int fetchedBytes, int batchBytes)
    {
        var behind = fetchedBytes >= BehindBytes;
        var far = _latency > Far;
        _below = !behind ? 0 : far ? batchBytes / 2 : Math.Min(SmallBytes, batchBytes);
        _compressedBelow = !behind ? 0 : Math.Min(far ? SmallCompressedFarBytes : SmallCompressedBytes, batchBytes);
    }

    public readonly bool IsWorth(in RecordBatchHeader batch) =>
        batch.SizeInBytes < (batch.Codec == CompressionCodec.None ? _below : _compressedBelow);
}
