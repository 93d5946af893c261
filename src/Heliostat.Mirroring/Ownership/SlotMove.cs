namespace Heliostat.Mirroring.Ownership;

/// <summary>What comes of an operator's word that slots are to be a worker's (<see cref="FlowShares.MoveAsync"/>).</summary>
/// <param name="Slots">Those that move, in order; none where it is refused.</param>
public sealed record SlotMove(IReadOnlyList<int> Slots)
{
    /// <summary>Why not; null where it is said.</summary>
    public string? Refusal { get; init; }
}
