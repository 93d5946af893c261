namespace Heliostat.Mirroring.Lanes;

/// <summary>How much moves in a second.</summary>
internal sealed record Rates(double Records, double Bytes);
