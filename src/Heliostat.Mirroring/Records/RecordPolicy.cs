using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Records;

/// <summary>
/// Something that was asked for of the records of a lane, for which batches are opened. A lane without policies opens only what the logs
/// themselves make it open.
/// </summary>
/// <param name="Reason">Why a batch is opened for it.</param>
internal abstract record RecordPolicy(OpenReason Reason)
{
    /// <summary>Whether a batch must be opened for it.</summary>
    public abstract bool Opens(in RecordBatchHeader batch);

    /// <summary>Records go where the hash of their keys says.</summary>
    internal sealed record PlacesByKey() : RecordPolicy(OpenReason.KeyPlacement)
    {
        public override bool Opens(in RecordBatchHeader batch) => true;
    }

    /// <summary>Batches are compressed with another codec (<c>compression.type</c>).</summary>
    internal sealed record Recodes(CompressionCodec Codec) : RecordPolicy(OpenReason.Recoding)
    {
        public override bool Opens(in RecordBatchHeader batch) => batch.Codec != Codec;
    }
}
