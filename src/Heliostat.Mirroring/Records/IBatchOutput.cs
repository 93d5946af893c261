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
    /// The record at <paramref name="offset"/> is not what the rules take, and <paramref name="why"/>; true when it is left out, false when
    /// the lane stops before it.
    /// </summary>
    bool Fails(long offset, string why);

    /// <summary>Hands over a batch of the records from one source offset up to another; false when nothing more is taken.</summary>
    bool Emit(int outlet, ReadOnlySpan<byte> batch, long first, long next, int records, OffsetRun[]? runs);
}
