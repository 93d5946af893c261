namespace Heliostat.Mirroring.Sharing;

/// <summary>What an operator wants of who has what; names of workers that are not there mean nothing.</summary>
/// <param name="Drained">Workers that are to have nothing, by their names.</param>
/// <param name="Places">Slots that are a certain worker's, by its name, while it is there.</param>
internal sealed record SlotWishes(IReadOnlySet<string> Drained, IReadOnlyDictionary<int, string> Places)
{
    public static readonly SlotWishes None = new(new HashSet<string>(), new Dictionary<int, string>());

    /// <summary>Loads are to be levelled as far as they can be, however little a move gains.</summary>
    public bool Levels { get; init; }
}
