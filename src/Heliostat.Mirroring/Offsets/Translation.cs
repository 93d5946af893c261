namespace Heliostat.Mirroring.Offsets;

/// <summary>Where a committed offset leads on the target.</summary>
/// <param name="Offset">The target offset; -1 where nothing is known.</param>
/// <param name="IsExact">The next record there is the record that would have been next on the source; otherwise it is that one or one before it.</param>
internal readonly record struct Translation(long Offset, bool IsExact);
