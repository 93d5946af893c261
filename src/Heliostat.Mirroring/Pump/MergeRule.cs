using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Decides when small adjacent batches are merged on the record path instead of passed one by one. One batch per partition and request and
/// five requests in flight bound a lane to <c>5 * batch / round trip</c>, and each batch costs both brokers the same whatever it holds.
/// <list type="bullet">
/// <item>A. Merging waits for nothing: only what one fetch answer brought is merged, and only when the lane is behind or its target is busy
/// with what it has. Live traffic on a short way is forwarded at once, as it is.</item>
/// <item>B. What counts as small grows with the round trip: a batch with which the lane could not move
/// <see cref="PlainBytesPerSecond"/>.</item>
/// <item>C. Compressed batches are opened for it only on a long way, where the lane waits for answers and not for the processor: opening
/// and closing them costs several times what the mirror does otherwise.</item>
/// <item>D. Until the target has answered once nobody knows how long the way is: a few small batches go, and the rest is fetched again
/// after that.</item>
/// </list>
/// </summary>
internal struct MergeRule
{
    /// <summary>An answer with less than this for the lane is live traffic.</summary>
    private const int BehindBytes = 64 * 1024;

    /// <summary>Smaller than this, a batch costs the brokers more than merging costs us, however near they are.</summary>
    private const int AlwaysSmallBytes = 4 * 1024;

    /// <summary>Batches of one partition that can be in flight.</summary>
    private const int Window = 5;

    /// <summary>What a lane should move at least: merging moves far more, opening nothing moves all there is.</summary>
    private const long PlainBytesPerSecond = 16 << 20;

    private const long CompressedBytesPerSecond = 4 << 20;

    /// <summary>From here on the way to the target counts as long.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(10);

    /// <summary>Below this a compressed batch may turn out to be small.</summary>
    private const int PerhapsSmallBytes = 16 * 1024;

    private int _plainBelow;
    private int _compressedBelow;
    private bool _merges;
    private bool _isWayKnown;

    /// <summary>Whether some batch of the last answer was small: more of them together would move faster.</summary>
    public bool FoundSmall { get; private set; }

    /// <summary>Whether some batch of the last answer went as it is because the way is not known yet (D).</summary>
    public bool IsGuessing { get; private set; }

    /// <summary>Begins a fetch answer for the lane.</summary>
    /// <param name="records">What it holds.</param>
    /// <param name="lingers">Whether batches were made to wait for each other.</param>
    /// <param name="waiting">Batches that wait for the target already.</param>
    /// <param name="roundTrip">How long the target takes to answer at best; zero while that is not known.</param>
    /// <param name="batchBytes">Batches are merged up to this size.</param>
    public void Begin(ReadOnlySpan<byte> records, bool lingers, int waiting, TimeSpan roundTrip, int batchBytes)
    {
        FoundSmall = false;
        IsGuessing = false;
        _isWayKnown = roundTrip > TimeSpan.Zero;
        _merges = (lingers || records.Length >= BehindBytes || waiting >= Window) && !IsOneBatch(records);
        _plainBelow = Math.Min(Math.Max(SmallBytes(PlainBytesPerSecond, roundTrip), AlwaysSmallBytes), batchBytes);
        _compressedBelow = !_isWayKnown ? Math.Min(PerhapsSmallBytes, batchBytes)
            : roundTrip < Long ? 0
            : Math.Min(SmallBytes(CompressedBytesPerSecond, roundTrip), batchBytes);
    }

    public bool IsWorth(in RecordBatchHeader batch)
    {
        var small = batch.Codec == CompressionCodec.None
            ? batch.SizeInBytes < _plainBelow
            : batch.SizeInBytes < _compressedBelow;
        FoundSmall |= small;
        IsGuessing |= small && !_isWayKnown && batch.Codec != CompressionCodec.None;
        return small && _merges && (_isWayKnown || batch.Codec == CompressionCodec.None);
    }

    private static bool IsOneBatch(ReadOnlySpan<byte> records) =>
        records.Length >= RecordBatchHeader.Size && records[RecordBatchHeader.MagicOffset] == 2
            && new RecordBatchHeader(records).SizeInBytes >= records.Length;

    private static int SmallBytes(long bytesPerSecond, TimeSpan roundTrip) =>
        (int)Math.Min(bytesPerSecond * roundTrip.TotalSeconds / Window, int.MaxValue);
}
