using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Records;

/// <summary>Takes what a record path builds.</summary>
internal interface IBatchOutput
{
    /// <summary>Somebody wants to know which source offsets the records of a batch have; there is one outlet then.</summary>
    bool WantsRuns { get; }

    /// <summary>Records of one batch have offsets without a hole on the source, as they have on the target.</summary>
    bool KeepsOffsets => false;

    /// <summary>The outlet of a record with this key.</summary>
    int Place(NullableSpan key);

    /// <summary>A record is left out, as rules ask for.</summary>
    void LeavesOut();

    /// <summary>
    /// What becomes of the record at <paramref name="offset"/>, which is not what the rules take: <paramref name="why"/>.
    /// </summary>
    RecordFate Fails(long offset, string why);

    /// <summary>The target refused the record at <paramref name="offset"/>, and it is to be put aside.</summary>
    bool IsRefused(long offset) => false;

    /// <summary>
    /// What becomes of the record at <paramref name="offset"/>, which needs a batch of <paramref name="bytes"/> that the target does not
    /// take.
    /// </summary>
    RecordFate IsTooLarge(long offset, int bytes) => RecordFate.Stops;

    /// <summary>
    /// Puts a record aside, of leader epoch <paramref name="epoch"/>, that was just said to go there; all before it was handed over. False
    /// when nothing more is taken.
    /// </summary>
    bool PutAside(in RecordView record, int epoch) => false;

    /// <summary>Hands over a batch of the records from one source offset up to another; false when nothing more is taken.</summary>
    bool Emit(int outlet, ReadOnlySpan<byte> batch, long first, long next, int records, OffsetRun[]? runs);
}
