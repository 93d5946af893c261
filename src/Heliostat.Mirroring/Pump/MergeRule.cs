using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Decides when small adjacent batches are merged on the record path instead of passed one by one. One batch per partition and request and five
/// requests in flight bound a lane to <c>5 * batch / round trip</c>, and each batch costs both brokers the same whatever it holds.
/// Compressed batches are never merged: opening and closing them costs several times what the mirror does otherwise.
/// Merging waits for nothing: only what one fetch answer brought is merged, and only when it brought a good deal, which is when the lane is behind.
/// </summary>
internal struct MergeRule
{
    /// <summary>An answer with less than this for the lane is live traffic: forwarded at once, as it is.</summary>
    private const int BehindBytes = 64 * 1024;

    private const int SmallBytes = 4 * 1024;

    private bool _behind;

    /// <summary>Begins a fetch answer of <paramref name="fetchedBytes"/> for the lane.</summary>
    public void Begin(int fetchedBytes) => _behind = fetchedBytes >= BehindBytes;

    public readonly bool IsWorth(in RecordBatchHeader batch) =>
        _behind && batch.Codec == CompressionCodec.None && batch.SizeInBytes < SmallBytes;
}
