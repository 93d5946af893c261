namespace Heliostat.Mirroring.Tails;

/// <summary>
/// A place that is known on both sides: everything of the lane before <paramref name="Source"/> stands on the target before <paramref
/// name="Target"/>.
/// </summary>
/// <param name="Source">The next source offset to mirror, as far as is known without looking.</param>
/// <param name="Target">The first target offset behind what is known.</param>
internal readonly record struct TailAnchor(long Source, long Target);
