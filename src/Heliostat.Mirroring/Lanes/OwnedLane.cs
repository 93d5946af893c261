using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Lanes;

/// <summary>A partition that is owned and has no lane.</summary>
/// <param name="Term">For which it is owned: one that went and came back has another.</param>
/// <param name="Left">Where its lane was when it was closed to be looked at anew; null where it had none.</param>
internal readonly record struct OwnedLane(long Term, LanePosition? Left);
