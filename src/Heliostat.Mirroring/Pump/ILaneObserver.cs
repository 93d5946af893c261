using Heliostat.Client.Producing;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>Hears of a lane's batches in source order, under the lane's lock: must be quick and must not call the lane.</summary>
internal interface ILaneObserver
{
    /// <summary>
    /// The target holds <paramref name="batch"/> from <paramref name="baseOffset"/> on, or at a place it did not name (-1). The source
    /// offsets of its records are one run from <see cref="ProduceBatch.FirstSourceOffset"/>, unless <see cref="ProduceBatch.Note"/> is an
    /// array of <see cref="OffsetRun"/>.
    /// </summary>
    void Stored(in ProduceBatch batch, long baseOffset);

    /// <summary>
    /// From <paramref name="from"/> up to <paramref name="to"/> there is no record, and the same offsets of the target are taken up. Not
    /// under the lane's lock, and in order.
    /// </summary>
    void Filled(long from, long to)
    {
    }
}
