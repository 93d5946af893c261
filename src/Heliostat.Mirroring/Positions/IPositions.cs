using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Positions;

/// <summary>Keeps what is stored of a slot's lanes near where they are.</summary>
internal interface IPositions
{
    /// <summary>Stores where the slot's lanes are: every interval, and when asked.</summary>
    Rounds Rounds { get; }

    /// <summary>They are stored with the slot's own producer, so that nothing can be stored when that is lost.</summary>
    bool NeedTheProducer { get; }

    /// <summary>
    /// Offsets of <paramref name="lanes"/> that the target acknowledged and that are not stored: at most so many records are mirrored again
    /// if it stays so.
    /// </summary>
    long Unstored(IReadOnlyList<Lane> lanes);

    /// <summary>Forgets lanes that are owned no more, but for how far they got.</summary>
    Task ForgetAsync(IReadOnlyList<Lane> gone, CancellationToken ct);
}
