namespace Heliostat.Client.Producing;

/// <summary>
/// Offsets of the target between two adjoining batches of a partition's queue: somebody else wrote there, or a batch of ours is there
/// twice.
/// </summary>
/// <param name="From">Where the second batch was to stand.</param>
/// <param name="To">Where it stands; <see cref="From"/> where there is no jump.</param>
/// <param name="MayBeOurs">It was sent more than once, and there is room for it in between.</param>
internal readonly record struct ProduceJump(long From, long To, bool MayBeOurs)
{
    public bool IsNone => From == To;
}
